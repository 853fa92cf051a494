"""Files of the web, downloaded once, whatever servers do."""

from __future__ import annotations

import hashlib
import os
import socket
from contextlib import suppress
from pathlib import Path

import pytest

from guild.adapters.sources import transfer
from guild.adapters.sources.downloads import CachedDownloads
from guild.adapters.sources.places import ResourceCache
from guild.adapters.sources.postprocess import ShellPostProcesses
from guild.domain.depevents import Downloading
from guild.domain.errors import GuildError
from tests.unit.sources.webserver import Web

DATA = bytes(range(256)) * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def downloads(cache: ResourceCache) -> CachedDownloads:
    return CachedDownloads(cache, timeout_s=10)


def fetched(downloads: CachedDownloads, url: str, sha256: str | None = None) -> Path:
    return Path(downloads.fetch(url, sha256))


def refusal(downloads: CachedDownloads, url: str, sha256: str | None = None) -> GuildError:
    with pytest.raises(GuildError) as told:
        downloads.fetch(url, sha256)
    assert "\n" not in told.value.message
    return told.value


def leftovers(cache: ResourceCache, url: str) -> list[str]:
    """What there is of an address beside what Guild keeps for itself."""
    directory = Path(cache.of_url(url))
    return sorted(path.name for path in directory.iterdir() if path.name != ".guild-cache-lock")


def killed(directory: Path, name: str, data: bytes, version: str | None = '"1"') -> Path:
    """What a process that was killed leaves of a download. Returns the incomplete file."""
    own = directory / f".guild-cache-part-{name}.{len(data):x}"
    own.mkdir(parents=True)
    (own / name).write_bytes(data)
    if version is not None:
        (own / f"{name}-version").write_text(version)
    return own / name


def test_a_file_is_downloaded_once(downloads: CachedDownloads, web: Web) -> None:
    web.files["/x/a%20b.txt"] = DATA

    first = fetched(downloads, web.url("/x/a%20b.txt"))
    again = fetched(downloads, web.url("/x/a%20b.txt"))

    assert first == again
    assert (first.name, first.read_bytes()) == ("a b.txt", DATA)
    assert len(web.requests) == 1


def test_it_is_where_the_address_says(
    downloads: CachedDownloads, cache: ResourceCache, web: Web
) -> None:
    web.files["/a?q=1"] = DATA
    host = web.address.removeprefix("http://")
    key = hashlib.sha224(f"http\n{host}\n/a\n\nq=1\n".encode()).hexdigest()

    found = fetched(downloads, web.url("/a?q=1"))

    assert str(found) == f"{cache.home}/cache/resources/{key}/a"
    assert leftovers(cache, web.url("/a?q=1")) == ["a"]


def test_an_empty_file_is_a_file(downloads: CachedDownloads, web: Web) -> None:
    web.files["/empty"] = b""

    assert fetched(downloads, web.url("/empty")).read_bytes() == b""


def test_a_file_of_unknown_length_is_downloaded(downloads: CachedDownloads, web: Web) -> None:
    web.files["/a"] = DATA
    web.chunked = True

    assert fetched(downloads, web.url("/a")).read_bytes() == DATA


@pytest.mark.parametrize("path", ["/", "/..", "/%2e%2e", "/.guild-x"])
def test_an_address_without_a_name_gives_a_file_with_one(
    downloads: CachedDownloads, web: Web, path: str
) -> None:
    web.files[path] = DATA

    assert fetched(downloads, web.url(path)).name == "download"


@pytest.mark.parametrize("chunked", [False, True])
def test_after_a_cut_it_goes_on_where_it_was(
    downloads: CachedDownloads, web: Web, chunked: bool
) -> None:
    web.files["/a"] = DATA
    web.cut_after = [1000, 2000]
    web.chunked = chunked

    assert fetched(downloads, web.url("/a")).read_bytes() == DATA
    assert [part for _, part in web.requests] == [None, "bytes=1000-", "bytes=3000-"]


def test_a_later_start_goes_on_with_what_was_cut(
    downloads: CachedDownloads, cache: ResourceCache, web: Web
) -> None:
    web.files["/a"] = DATA
    web.cut_after = [1000, 0]

    error = refusal(downloads, web.url("/a"))

    assert f"connection was cut after 1000 of {len(DATA)} bytes" in error.message
    assert error.hint == "Try again to go on with it."
    assert fetched(downloads, web.url("/a")).read_bytes() == DATA
    assert web.requests[-1] == ("/a", "bytes=1000-")
    assert leftovers(cache, web.url("/a")) == ["a"]


def test_a_server_without_parts_sends_it_anew(downloads: CachedDownloads, web: Web) -> None:
    web.files["/a"] = DATA
    web.ranges = False
    web.cut_after = [1000]

    assert fetched(downloads, web.url("/a")).read_bytes() == DATA


def test_what_has_no_version_is_not_continued(downloads: CachedDownloads, web: Web) -> None:
    web.files["/a"] = DATA
    web.tag = ""
    web.cut_after = [1000]

    error = refusal(downloads, web.url("/a"))

    assert error.hint == "Try again: it will be downloaded from its start."
    assert fetched(downloads, web.url("/a")).read_bytes() == DATA
    assert [part for _, part in web.requests] == [None, None]


def test_after_a_wrong_part_the_whole_is_downloaded(downloads: CachedDownloads, web: Web) -> None:
    web.files["/a"] = DATA
    web.cut_after = [1000]
    web.shift = 5

    assert fetched(downloads, web.url("/a"), SHA256).read_bytes() == DATA
    assert [part for _, part in web.requests] == [None, "bytes=1000-", None]


def test_another_version_is_downloaded_from_its_start(
    downloads: CachedDownloads, web: Web
) -> None:
    web.files["/a"] = DATA
    web.cut_after = [1000, 0]
    refusal(downloads, web.url("/a"))

    web.files["/a"] = DATA[::-1]
    web.tag = '"2"'

    assert fetched(downloads, web.url("/a")).read_bytes() == DATA[::-1]


def test_a_shorter_version_is_downloaded_from_its_start(
    downloads: CachedDownloads, web: Web
) -> None:
    web.files["/a"] = DATA
    web.cut_after = [1000, 0]
    refusal(downloads, web.url("/a"))

    web.files["/a"] = b"short"

    assert fetched(downloads, web.url("/a")).read_bytes() == b"short"


def test_what_was_complete_but_not_in_its_place_is_used(
    downloads: CachedDownloads, cache: ResourceCache, web: Web
) -> None:
    web.files["/a"] = DATA
    directory = Path(cache.of_url(web.url("/a")))
    directory.mkdir(parents=True)
    killed(directory, "a", DATA)

    assert fetched(downloads, web.url("/a")).read_bytes() == DATA


def test_what_was_killed_is_gone_on_with_in_a_file_of_its_own(
    downloads: CachedDownloads, cache: ResourceCache, web: Web
) -> None:
    web.files["/a"] = DATA
    directory = Path(cache.of_url(web.url("/a")))
    killed(directory, "a", DATA[:1000]).chmod(0o400)
    killed(directory, "a", DATA[:2000]).chmod(0o400)
    web.cut_after = [500, 0]
    refusal(downloads, web.url("/a"))
    assert len(leftovers(cache, web.url("/a"))) == 3

    assert fetched(downloads, web.url("/a")).read_bytes() == DATA
    ranges = [asked for _, asked in web.requests]
    assert ranges == ["bytes=2000-", "bytes=2500-", "bytes=2500-"]
    assert leftovers(cache, web.url("/a")) == ["a"]


@pytest.mark.parametrize("version", ['"2"', None])
def test_what_was_killed_of_another_version_is_of_no_use(
    downloads: CachedDownloads, cache: ResourceCache, web: Web, version: str | None
) -> None:
    web.files["/a"] = DATA
    killed(Path(cache.of_url(web.url("/a"))), "a", DATA[::-1][:1000], version)

    assert fetched(downloads, web.url("/a")).read_bytes() == DATA


def test_where_locks_do_nothing_two_downloads_do_not_mix(
    downloads: CachedDownloads,
    cache: ResourceCache,
    web: Web,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    web.files["/a"] = DATA
    web.cut_after = [1000, 0]
    refusal(downloads, web.url("/a"))
    monkeypatch.setattr("fcntl.flock", lambda _fd, _how: None)
    run = transfer.Transfer.run
    inner: list[Path] = []

    def run_beside_another(self: transfer.Transfer) -> None:
        if not inner:
            inner.append(Path())
            inner[0] = fetched(downloads, web.url("/a"))
            inner[0].write_bytes(b"in use")
        run(self)

    monkeypatch.setattr(transfer.Transfer, "run", run_beside_another)

    outer = fetched(downloads, web.url("/a"))

    assert outer == inner[0]
    assert outer.read_bytes() == b"in use"
    assert leftovers(cache, web.url("/a")) == ["a"]


def test_the_hash_is_checked(downloads: CachedDownloads, web: Web) -> None:
    web.files["/a"] = DATA

    assert fetched(downloads, web.url("/a"), SHA256.upper()).read_bytes() == DATA


def test_a_wrong_hash_keeps_nothing(
    downloads: CachedDownloads, cache: ResourceCache, web: Web
) -> None:
    web.files["/a"] = DATA

    error = refusal(downloads, web.url("/a"), "abc")

    path = f"{cache.of_url(web.url('/a'))}/a"
    assert error.message == f"bad sha256 for '{path}' (expected abc but got {SHA256})"
    assert leftovers(cache, web.url("/a")) == []


def test_a_wrong_hash_of_what_is_kept_says_what_to_delete(
    downloads: CachedDownloads, cache: ResourceCache, web: Web
) -> None:
    web.files["/a"] = DATA
    fetched(downloads, web.url("/a"))

    error = refusal(downloads, web.url("/a"), "abc")

    directory = cache.of_url(web.url("/a"))
    assert f"expected abc but got {SHA256}" in error.message
    assert error.hint == f"It was downloaded earlier: delete {directory} to download it again."
    assert len(web.requests) == 1


@pytest.mark.parametrize("command", ["echo more >> a", "echo more >> a; false"])
def test_the_hash_is_that_of_what_was_downloaded(
    downloads: CachedDownloads, cache: ResourceCache, web: Web, command: str
) -> None:
    web.files["/a"] = DATA
    path = fetched(downloads, web.url("/a"), SHA256)
    with suppress(GuildError):
        ShellPostProcesses(cache, os.environ).run(command, str(path.parent), "", lambda _: None)

    assert fetched(downloads, web.url("/a"), SHA256).read_bytes() == DATA + b"more\n"
    assert f"expected abc but got {SHA256}" in refusal(downloads, web.url("/a"), "abc").message


def test_the_hash_may_be_asked_for_until_it_is_changed(
    downloads: CachedDownloads, cache: ResourceCache, web: Web
) -> None:
    web.files["/a"] = DATA
    path = fetched(downloads, web.url("/a"))
    fetched(downloads, web.url("/a"), SHA256)
    processes = ShellPostProcesses(cache, os.environ)
    processes.run("echo more >> a", str(path.parent), "", lambda _: None)

    assert fetched(downloads, web.url("/a"), SHA256).read_bytes() == DATA + b"more\n"


def test_what_was_processed_without_a_hash_has_another_one(
    downloads: CachedDownloads, cache: ResourceCache, web: Web
) -> None:
    web.files["/a"] = DATA
    path = fetched(downloads, web.url("/a"))
    processes = ShellPostProcesses(cache, os.environ)
    processes.run("echo more >> a", str(path.parent), "", lambda _: None)

    assert "bad sha256" in refusal(downloads, web.url("/a"), SHA256).message


def test_a_missing_file_is_told(downloads: CachedDownloads, web: Web) -> None:
    error = refusal(downloads, web.url("/no"))

    assert error.message == f"cannot download {web.url('/no')}: the server says 404 Not Found"


def test_redirects_are_followed(downloads: CachedDownloads, web: Web) -> None:
    web.files["/b"] = DATA
    web.redirects["/a"] = "/b"

    found = fetched(downloads, web.url("/a"))

    assert (found.name, found.read_bytes()) == ("a", DATA)


def test_redirects_that_go_round_end(downloads: CachedDownloads, web: Web) -> None:
    web.redirects.update({"/a": "/b", "/b": "/a"})

    assert "too many redirects" in refusal(downloads, web.url("/a")).message
    assert len(web.requests) < 12


def test_a_long_way_of_redirects_ends(downloads: CachedDownloads, web: Web) -> None:
    web.redirects.update({f"/{n}": f"/{n + 1}" for n in range(100)})

    assert "too many redirects" in refusal(downloads, web.url("/0")).message
    assert len(web.requests) < 12


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x"])
def test_redirects_lead_to_the_web_only(downloads: CachedDownloads, web: Web, target: str) -> None:
    web.redirects["/a"] = target

    assert "cannot download" in refusal(downloads, web.url("/a")).message


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://host/x", "/etc/passwd", "data:,x", "x", ""]
)
def test_only_the_web_is_downloaded_from(downloads: CachedDownloads, url: str) -> None:
    error = refusal(downloads, url)
    assert error.message == f"unsupported address '{url}' (expected http or https)"


@pytest.mark.parametrize("url", ["http://", "http://[::1", "http://h:x/a", "http://h/a b"])
def test_an_address_that_is_none_is_told(downloads: CachedDownloads, url: str) -> None:
    assert "invalid address" in refusal(downloads, url).message


def test_a_server_that_is_not_there_is_told(downloads: CachedDownloads) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/a"

        assert refusal(downloads, url).message == f"cannot download {url}: connection refused"


def test_a_server_that_says_nothing_is_given_up(cache: ResourceCache) -> None:
    downloads = CachedDownloads(cache, timeout_s=0.05)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/a"

        assert refusal(downloads, url).message == (
            f"cannot download {url}: the server does not answer"
        )


def test_progress_is_told_of_what_takes_time(
    downloads: CachedDownloads, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "_QUIET_S", -1.0)
    monkeypatch.setattr(transfer, "_TELL_EVERY_S", -1.0)
    web.files["/a"] = DATA
    told: list[Downloading] = []

    downloads.fetch(web.url("/a"), None, told.append)

    assert {event.name for event in told} == {"a"}
    assert told[-1] == Downloading(name="a", done=len(DATA), ended=True)
    assert [event.done for event in told] == sorted(event.done for event in told)
    assert told[-2].total == len(DATA)


def test_progress_is_not_told_of_what_is_done_at_once(
    downloads: CachedDownloads, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "_QUIET_S", 1e9)
    web.files["/a"] = DATA
    told: list[Downloading] = []

    downloads.fetch(web.url("/a"), None, told.append)

    assert told == []
