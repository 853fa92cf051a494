"""Downloading one file, and going on with what was cut."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import IO, TYPE_CHECKING

from guild.adapters.sources.parts import VERSION
from guild.domain.depevents import Downloading
from guild.domain.errors import GuildError

if TYPE_CHECKING:
    from email.message import Message
    from http.client import HTTPMessage, HTTPResponse
    from urllib.request import OpenerDirector

__all__ = ["Transfer"]

_CHUNK = 1 << 16
_MOST_REDIRECTS = 10
_MOST_ATTEMPTS = 5
_QUIET_S = 1.0
_TELL_EVERY_S = 0.1
_PARTIAL, _OUT_OF_RANGE = 206, 416
_GO_ON = "Try again to go on with it."
_BEGIN_ANEW = "Try again: it will be downloaded from its start."


class _Cut(Exception):
    """The connection ended before the file did."""


class _OutOfRange(Exception):
    """There is nothing after what was asked for."""

    def __init__(self, size: int | None) -> None:
        super().__init__(size)
        self.size = size


class Transfer:
    """A download into a file that may have its beginning already.

    Beside the file it is noted which version of it the beginning is of: only that is continued.

    Args:
        url: Where it comes from.
        path: The file.
        timeout_s: How long a server may say nothing.
        notify: Is told how far it is, once it takes time; None for nobody.
    """

    def __init__(
        self,
        url: str,
        path: str,
        timeout_s: float,
        notify: Callable[[Downloading], None] | None,
    ) -> None:
        self._url = url
        self._path = path
        self._version = f"{path}{VERSION}"
        self._timeout_s = timeout_s
        self._notify = notify
        self._started = time.monotonic()
        self._told = 0.0

    def run(self) -> None:
        """Download what is missing. After a cut it goes on where that gets further.

        Raises:
            GuildError: If it can't be had. What there is of it is kept, to go on later.
            OSError: If it can't be written.
        """
        try:
            for attempt in range(1, _MOST_ATTEMPTS + 1):
                before = self._size()
                try:
                    self._attempt()
                    break
                except _Cut as cut:
                    gained = self._size() > before and os.path.exists(self._version)
                    if attempt == _MOST_ATTEMPTS or not gained:
                        known = self._known_version() is not None
                        hint = _GO_ON if known else _BEGIN_ANEW
                        raise self._failed(str(cut), hint) from cut
            self._forget_version()
        finally:
            if self._told:
                self._tell(self._size(), None, ended=True)

    def _attempt(self) -> None:
        offset, version = self._size(), self._known_version()
        if version is None:
            offset = 0
        headers = {"User-Agent": _user_agent()}
        if offset:
            headers.update({"Range": f"bytes={offset}-", "If-Range": version or ""})
        try:
            response = self._open(headers)
        except _OutOfRange as out:
            if not offset:
                raise self._failed("the server sends no part of it") from out
            if out.size != offset:  # what is there is of another version
                self._attempt_whole()
            return
        with response:
            if response.status == _PARTIAL and offset:
                start, total = _content_range(response.headers)
                if start != offset:  # it can't go on, whatever it says
                    response.close()
                    self._attempt_whole()
                    return
            else:
                offset, total = 0, _length(response.headers)
                self._note_version(response.headers)
            self._write(response, offset, total)

    def _attempt_whole(self) -> None:
        self._forget_version()
        self._attempt()

    def _write(self, response: HTTPResponse, offset: int, total: int | None) -> None:
        with open(self._path, "r+b" if offset else "wb") as file:
            file.seek(offset)
            file.truncate()
            self._receive(response, file, offset, total)

    def _receive(
        self, response: HTTPResponse, file: IO[bytes], done: int, total: int | None
    ) -> None:
        from http.client import HTTPException

        while True:
            try:
                data = response.read1(_CHUNK)
            except (HTTPException, OSError) as error:
                raise _Cut(_cut_text(done, total, error)) from error
            if not data:
                break
            file.write(data)
            done += len(data)
            self._tell(done, total)
        if total is not None and done != total:
            raise _Cut(_cut_text(done, total, None))

    def _open(self, headers: dict[str, str]) -> HTTPResponse:
        from http.client import HTTPException
        from urllib.error import HTTPError, URLError
        from urllib.request import Request

        try:
            response: HTTPResponse = _opener().open(
                Request(self._url, headers=headers), timeout=self._timeout_s
            )
            return response
        except HTTPError as error:
            error.close()
            if error.code == _OUT_OF_RANGE:
                raise _OutOfRange(_content_range(error.headers)[1]) from error
            if 300 <= error.code < 400:
                why = "there are too many redirects, or they go round"
                if "not allowed" in str(error.reason):
                    why = "it redirects to something that is not on the web"
                raise self._failed(why) from error
            raise self._failed(f"the server says {error.code} {error.reason}".rstrip()) from error
        except (URLError, HTTPException, OSError, ValueError) as error:
            reason = error.reason if isinstance(error, URLError) else error
            raise self._failed(_reason_text(reason)) from error

    def _failed(self, why: str, hint: str = "") -> GuildError:
        return GuildError(f"cannot download {self._url}: {why}", hint)

    def _size(self) -> int:
        try:
            return os.path.getsize(self._path)
        except OSError:
            return 0

    def _known_version(self) -> str | None:
        try:
            with open(self._version, encoding="latin-1") as file:
                return file.read().strip() or None
        except OSError:
            return None

    def _note_version(self, headers: HTTPMessage) -> None:
        """Keep what the server names this version by, if it could go on with it."""
        tag = headers.get("ETag", "")
        version = tag if tag and not tag.startswith("W/") else headers.get("Last-Modified", "")
        if not version or headers.get("Accept-Ranges", "").lower() == "none":
            self._forget_version()
            return
        temporary = f"{self._version}~"
        with open(temporary, "w", encoding="latin-1", errors="replace") as file:
            file.write(version)
        os.rename(temporary, self._version)

    def _forget_version(self) -> None:
        try:
            os.unlink(self._version)
        except FileNotFoundError:
            pass

    def _tell(self, done: int, total: int | None, *, ended: bool = False) -> None:
        now = time.monotonic()
        soon = now - self._started < _QUIET_S or now - self._told < _TELL_EVERY_S
        if self._notify is None or (soon and not ended):
            return
        self._told = now
        name = os.path.basename(self._path)
        self._notify(Downloading(name=name, done=done, total=total, ended=ended))


def _opener() -> OpenerDirector:
    """What opens addresses of the web and nothing else, such as files."""
    from urllib import request

    class Redirects(request.HTTPRedirectHandler):
        max_redirections = _MOST_REDIRECTS
        max_repeats = 2

    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(),
        request.UnknownHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPDefaultErrorHandler(),
        Redirects(),
        request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _user_agent() -> str:
    from guild import __version__

    return f"guild/{__version__}"


def _length(headers: HTTPMessage) -> int | None:
    text = headers.get("Content-Length", "").strip()
    return int(text) if text.isascii() and text.isdigit() else None


def _content_range(headers: Message) -> tuple[int | None, int | None]:
    """Start and whole size of `bytes START-END/SIZE`, as far as they are told."""
    import re

    match = re.fullmatch(
        r"\s*bytes\s+(?:([0-9]+)-[0-9]+|\*)/([0-9]+|\*)\s*", headers.get("Content-Range", "")
    )
    if match is None:
        return None, None
    start = int(match[1]) if match[1] else None
    return start, None if match[2] == "*" else int(match[2])


def _cut_text(done: int, total: int | None, error: Exception | None) -> str:
    amount = f"{done} bytes" if total is None else f"{done} of {total} bytes"
    return f"the connection was cut after {amount}" + (
        f" ({_reason_text(error)})" if isinstance(error, OSError) else ""
    )


def _reason_text(reason: object) -> str:
    if isinstance(reason, TimeoutError):
        return "the server does not answer"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror[:1].lower() + reason.strerror[1:]
    return " ".join(str(reason).split()) or type(reason).__name__
