"""Archives, unpacked where nothing of them can get out."""

from __future__ import annotations

import gzip
import io
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from guild.adapters.sources import archives as archives_module
from guild.adapters.sources.archives import CachedArchives
from guild.adapters.sources.places import ResourceCache
from guild.domain.errors import GuildError

Member = tuple[str, bytes | str | None]
"""A name, and what is in the file, where a link leads to, or None for a directory."""


@pytest.fixture
def archives(cache: ResourceCache) -> CachedArchives:
    return CachedArchives(cache)


def tar(path: Path, *members: Member, mode: str = "w", hard: bool = False) -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]  # a mode by name
        for name, content in members:
            info = tarfile.TarInfo(name)
            if isinstance(content, bytes):
                info.size, info.mode = len(content), 0o755
                archive.addfile(info, io.BytesIO(content))
                continue
            info.type = tarfile.DIRTYPE
            if content is not None:
                info.type = tarfile.LNKTYPE if hard else tarfile.SYMTYPE
                info.linkname = content
            archive.addfile(info)
    return path


def zipped(path: Path, *members: Member) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name if content is not None else f"{name}/")
            kind = stat.S_IFLNK if isinstance(content, str) else stat.S_IFREG
            if content is not None:
                info.external_attr = (kind | 0o755) << 16
            data = content.encode() if isinstance(content, str) else content or b""
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return path


def unpacked(archives: CachedArchives, path: Path, kind: str) -> dict[str, str | None]:
    """What is in the directory: texts of files and links, None for directories."""
    root = Path(archives.unpack(str(path), kind, lambda: None))
    found: dict[str, str | None] = {}
    for each in sorted(root.rglob("*")):
        name = each.relative_to(root).as_posix()
        if each.is_symlink():
            found[name] = f"-> {each.readlink()}"
        else:
            found[name] = None if each.is_dir() else each.read_text()
    return found


def refusal(archives: CachedArchives, path: Path, kind: str) -> str:
    """Why it is not unpacked; nothing is left of it."""
    with pytest.raises(GuildError) as told:
        archives.unpack(str(path), kind, lambda: None)
    resources = Path(archives.cache.home) / "cache/resources"
    assert [path for path in resources.rglob("*") if not path.is_dir()] == []
    assert [path.name for path in resources.rglob("*unpack*")] == []
    assert not (resources.parent / "evil").exists()
    assert f"cannot unpack {path}" in told.value.message
    assert "\n" not in told.value.message
    return told.value.message


FILES: tuple[Member, ...] = (("a.txt", b"A"), ("sub", None), ("sub/b.txt", b"B"), ("c/d/e", b"E"))
UNPACKED = {"a.txt": "A", "sub": None, "sub/b.txt": "B", "c": None, "c/d": None, "c/d/e": "E"}


@pytest.mark.parametrize("suffix", ["", ":gz", ":bz2", ":xz"])
def test_tar_archives_are_unpacked(archives: CachedArchives, tmp_path: Path, suffix: str) -> None:
    path = tar(tmp_path / "x.tar", *FILES, mode=f"w{suffix}")

    assert unpacked(archives, path, "tar") == UNPACKED


def test_zip_archives_are_unpacked(archives: CachedArchives, tmp_path: Path) -> None:
    assert unpacked(archives, zipped(tmp_path / "x.zip", *FILES), "zip") == UNPACKED


def test_gzip_files_lose_their_ending(archives: CachedArchives, tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(b"1,2"))

    assert unpacked(archives, path, "gzip") == {"x.csv": "1,2"}


@pytest.mark.parametrize("make", [tar, zipped])
def test_modes_are_kept_as_far_as_they_are_safe(
    archives: CachedArchives, tmp_path: Path, make: Callable[..., Path]
) -> None:
    path = make(tmp_path / "x", ("run.sh", b"x"))

    root = archives.unpack(str(path), "tar" if make is tar else "zip", lambda: None)

    assert stat.S_IMODE(os.stat(f"{root}/run.sh").st_mode) == 0o755


def test_an_archive_is_unpacked_once_until_it_changes(
    archives: CachedArchives, tmp_path: Path
) -> None:
    begun: list[str] = []
    path = zipped(tmp_path / "x.zip", ("a", b"1"))
    first = archives.unpack(str(path), "zip", lambda: begun.append("first"))
    again = archives.unpack(str(path), "zip", lambda: begun.append("again"))

    zipped(path, ("a", b"2, changed"))
    other = archives.unpack(str(path), "zip", lambda: begun.append("other"))

    assert first == again != other
    assert begun == ["first", "other"]
    assert Path(first, "a").read_text() == "1"
    assert Path(other, "a").read_text() == "2, changed"


def test_what_was_downloaded_is_unpacked_beside_it(
    archives: CachedArchives, cache: ResourceCache
) -> None:
    directory = Path(cache.of_url("http://host/x.zip"))
    directory.mkdir(parents=True)
    path = zipped(directory / "x.zip", ("a", b"1"))

    assert Path(archives.unpack(str(path), "zip", lambda: None)).parent == directory


def test_links_in_an_archive_are_kept(archives: CachedArchives, tmp_path: Path) -> None:
    path = tar(tmp_path / "x.tar", ("d/a", b"A"), ("d/l", "../d/a"), ("m", "d"))

    found = unpacked(archives, path, "tar")

    assert (found["d/l"], found["m"]) == ("-> ../d/a", "-> d")


def test_links_in_a_zip_are_kept(archives: CachedArchives, tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", ("a", b"A"), ("l", "a"))

    assert unpacked(archives, path, "zip")["l"] == "-> a"


def test_hard_links_are_files(archives: CachedArchives, tmp_path: Path) -> None:
    path = tar(tmp_path / "x.tar", ("a", b"A"), ("l", "a"), hard=True)

    assert unpacked(archives, path, "tar") == {"a": "A", "l": "A"}


def test_a_later_entry_replaces_an_earlier_one(archives: CachedArchives, tmp_path: Path) -> None:
    path = tar(tmp_path / "x.tar", ("a", b"1"), ("a", b"2"))

    assert unpacked(archives, path, "tar") == {"a": "2"}


@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/tmp/evil-entry", "a/.."])
@pytest.mark.parametrize("make", [tar, zipped])
def test_names_that_lead_out_are_refused(
    archives: CachedArchives, tmp_path: Path, make: Callable[..., Path], name: str
) -> None:
    path = make(tmp_path / "x", ("good", b"x"), (name, b"x"))

    message = refusal(archives, path, "tar" if make is tar else "zip")

    assert f"entry '{name}' leads out of it" in message


@pytest.mark.parametrize("text", ["../evil", "/etc/passwd", "x/../../evil", ".."])
@pytest.mark.parametrize("make", [tar, zipped])
def test_links_that_lead_out_are_refused(
    archives: CachedArchives, tmp_path: Path, make: Callable[..., Path], text: str
) -> None:
    path = make(tmp_path / "x", ("l", text))

    assert "which is outside of it" in refusal(archives, path, "tar" if make is tar else "zip")


def test_hard_links_to_what_is_outside_are_refused(
    archives: CachedArchives, tmp_path: Path
) -> None:
    path = tar(tmp_path / "x.tar", ("l", "../../../../../../etc/passwd"), hard=True)
    assert "leads out of it" in refusal(archives, path, "tar")

    path = tar(tmp_path / "x.tar", ("l", "missing"), hard=True)
    assert "which is not in it" in refusal(archives, path, "tar")


def test_nothing_is_written_through_a_link(archives: CachedArchives, tmp_path: Path) -> None:
    path = tar(tmp_path / "x.tar", ("d", None), ("l", "d"), ("l/x", b"x"))

    assert "entry 'l/x' is behind a link" in refusal(archives, path, "tar")


def test_links_to_links_that_lead_out_are_refused(
    archives: CachedArchives, tmp_path: Path
) -> None:
    members: tuple[Member, ...] = (("x", None), ("a/b/c", "../../x"), ("l", "a/b/c/../../y"))

    message = refusal(archives, tar(tmp_path / "x.tar", *members), "tar")

    assert "entry 'l' is a link that leads out of it" in message


def test_devices_are_refused(archives: CachedArchives, tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as archive:
        info = tarfile.TarInfo("pipe")
        info.type = tarfile.FIFOTYPE
        archive.addfile(info)

    assert "entry 'pipe' is a device or a pipe" in refusal(archives, path, "tar")


def test_an_archive_that_is_larger_than_it_can_be_is_refused(
    archives: CachedArchives, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped(tmp_path / "x.zip", ("a", bytes(4 << 20)))
    monkeypatch.setattr(archives_module, "_DEFLATE_RATIO", 1)

    assert "what is in it is too large" in refusal(archives, path, "zip")


def test_a_tar_archive_that_unpacks_to_many_times_its_size_is_refused(
    archives: CachedArchives, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tar(tmp_path / "x.tar.xz", ("a", bytes(8 << 20)), mode="w:xz")
    monkeypatch.setattr(archives_module, "_LEAST", 1 << 20)

    assert "what is in it is too large" in refusal(archives, path, "tar")


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_tar_header_that_would_fill_the_memory_is_refused(
    archives: CachedArchives, tmp_path: Path, kind: bytes
) -> None:
    header = tarfile.TarInfo("long")
    header.type, header.size = kind, 64 << 20
    path = tmp_path / "x.tar.gz"
    with gzip.open(path, "wb") as file:
        file.write(header.tobuf() + bytes(64 << 20))

    assert "a header in it is too large" in refusal(archives, path, "tar")


def test_long_names_of_all_formats_are_kept(archives: CachedArchives, tmp_path: Path) -> None:
    name = "/".join(["d" * 100] * 5)
    for number, form in enumerate((tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)):
        path = tmp_path / f"{number}.tar"
        with tarfile.open(path, "w", format=form) as archive:
            info = tarfile.TarInfo(name)
            info.size = 1
            archive.addfile(info, io.BytesIO(b"x"))

        assert unpacked(archives, path, "tar")[name] == "x"


@pytest.mark.parametrize("name", ["x" * 300, "/".join(["d" * 200] * 30)])
def test_names_longer_than_the_system_takes_are_told(
    archives: CachedArchives, tmp_path: Path, name: str
) -> None:
    for path, kind in (
        (tar(tmp_path / "x.tar", (name, b"x")), "tar"),
        (zipped(tmp_path / "x.zip", (name, b"x")), "zip"),
    ):
        assert "too long" in refusal(archives, path, kind).lower()


def test_directories_that_are_nested_too_deeply_are_refused(
    archives: CachedArchives, tmp_path: Path
) -> None:
    for path, kind in (
        (tar(tmp_path / "x.tar", ("d/" * 1500 + "x", b"x")), "tar"),
        (zipped(tmp_path / "x.zip", ("d/" * 1500 + "x", b"x")), "zip"),
    ):
        assert "nested too deeply" in refusal(archives, path, kind)


@pytest.mark.parametrize("name", ["C:\\x", "..\\x", "\\\\host\\share\\x", "C:/x"])
def test_names_of_windows_are_names_like_others(
    archives: CachedArchives, tmp_path: Path, name: str
) -> None:
    for path, kind in (
        (tar(tmp_path / "x.tar", (name, b"x")), "tar"),
        (zipped(tmp_path / "x.zip", (name, b"x")), "zip"),
    ):
        assert unpacked(archives, path, kind)[name] == "x"


def test_a_zip_whose_entries_share_their_bytes_is_refused(
    archives: CachedArchives, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = zipped(tmp_path / "x.zip", *((f"{number:03}", bytes(1 << 16)) for number in range(99)))
    monkeypatch.setattr(archives_module, "_MOST_ENTRIES", 50)

    assert "too many entries" in refusal(archives, path, "zip")


def test_an_archive_larger_than_the_disk_is_refused(
    archives: CachedArchives, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tar(tmp_path / "x.tar", ("a", b"x"))
    monkeypatch.setattr(archives_module, "_SPARE", 1 << 62)

    assert "what is in it is too large" in refusal(archives, path, "tar")


@pytest.mark.parametrize("kind", ["zip", "tar", "gzip"])
@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08\0\0\0\0\0", b"PK\x03\x04"])
def test_what_is_no_archive_is_told(
    archives: CachedArchives, tmp_path: Path, kind: str, content: bytes
) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)

    if (kind, content) == ("gzip", b""):
        assert unpacked(archives, path, kind) == {"x.unpacked": ""}
    else:
        refusal(archives, path, kind)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.tar", b"", "it is empty"),
        ("a.tar.gz", b"no archive", "it is damaged, or no tar archive"),
        ("a.tar", b"\x28\xb5\x2f\xfd\0", "it is compressed with zstd, which is not supported"),
        ("a.tar.zst", b"\x28\xb5\x2f\xfd\0", "it is compressed with zstd, which is not supported"),
    ],
)
def test_what_is_no_tar_archive_is_told_in_one_sentence(
    archives: CachedArchives, tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(GuildError) as error:
        unpacked(archives, path, "tar")

    assert error.value.message == f"cannot unpack {path}: {why}"


def test_an_archive_that_is_cut_is_told(archives: CachedArchives, tmp_path: Path) -> None:
    path = tar(tmp_path / "x.tgz", ("a", os.urandom(100_000)), mode="w:gz")
    path.write_bytes(path.read_bytes()[:50_000])

    refusal(archives, path, "tar")
