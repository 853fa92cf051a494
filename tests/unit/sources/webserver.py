"""A web server on this machine that fails as it is told."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from attrs import define, field

__all__ = ["Web", "serving"]


@define
class Web:
    """What the server does, by the paths of its files.

    Attributes:
        address: How its addresses begin, without a final `/`.
        files: What is in each.
        cut_after: How many bytes are sent of each before the connection is cut; each time one
            of the numbers is used up.
        ranges: Whether parts can be asked for.
        tag: Names the version of all files; empty for none.
        redirects: Where a path leads.
        requests: Path and range of each request so far.
        chunked: Whether the length of files is left open.
        shift: How many bytes further the parts begin than they were asked for.
    """

    address: str = ""
    files: dict[str, bytes] = field(factory=dict)
    cut_after: list[int] = field(factory=list)
    ranges: bool = True
    tag: str = '"1"'
    redirects: dict[str, str] = field(factory=dict)
    requests: list[tuple[str, str | None]] = field(factory=list)
    chunked: bool = False
    shift: int = 0

    def url(self, path: str) -> str:
        """The address of a path that begins with `/`."""
        return self.address + path


class _Handler(BaseHTTPRequestHandler):
    web: Web
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # the name that the library calls
        self.web.requests.append((self.path, self.headers.get("Range")))
        self.close_connection = True
        if self.path in self.web.redirects:
            self._head(302, {"Location": self.web.redirects[self.path], "Content-Length": "0"})
        elif self.path not in self.web.files:
            self._head(404, {"Content-Length": "0"})
        else:
            self._send(self.web.files[self.path])

    def _send(self, data: bytes) -> None:
        start = self._start()
        headers = {"ETag": self.web.tag} if self.web.tag else {}
        if start > 0 and start >= len(data):
            self._head(416, {"Content-Range": f"bytes */{len(data)}", "Content-Length": "0"})
            return
        body = data[start:]
        if self.web.chunked:
            headers["Transfer-Encoding"] = "chunked"
        else:
            headers["Content-Length"] = str(len(body))
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self._head(206 if start else 200, headers)
        cut = self.web.cut_after.pop(0) if self.web.cut_after else None
        sent = body[:cut]
        if self.web.chunked:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(sent), sent))
            if cut is None:
                self.wfile.write(b"0\r\n\r\n")
        else:
            self.wfile.write(sent)

    def _start(self) -> int:
        asked = re.fullmatch(r"bytes=([0-9]+)-", self.headers.get("Range") or "")
        same = self.headers.get("If-Range") in (None, self.web.tag)
        return int(asked[1]) + self.web.shift if asked and self.web.ranges and same else 0

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Web]:
    """A server for the time of a test."""
    web = Web()
    handler = type("Handler", (_Handler,), {"web": web})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    web.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
