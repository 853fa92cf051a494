"""The manifest of a run: which files it was given.

Source: reference "Run directory", section "Manifest and source code digest".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from guild.domain.errors import DamagedRun
from guild.domain.record import Record
from guild.domain.words import quoted_word

__all__ = [
    "ManifestEntry",
    "format_manifest",
    "is_safe_run_path",
    "parse_manifest",
    "parse_manifest_line",
]


class ManifestEntry(Record, kw_only=False):
    """A line of a run's manifest: a file that the run was given.

    Attributes:
        kind: `s` for source code, `d` for a dependency, `i` for what Guild made itself.
        run_path: Where it is, relative to the run directory, with `/`.
        sha1: Of its bytes, hexadecimal; `-` for a directory.
        source: Where it was: for source code a path relative to the source root, otherwise
            a URI.
        subpath: Which part of the source it is, such as a member of an archive.
    """

    kind: str
    run_path: str
    sha1: str
    source: str
    subpath: str = ""


# Compiled where they are first used, which a run that is only made never does.
_PLAIN_LINE = r"[\w@%+=:,./-]+(?: [\w@%+=:,./-]+)*"
_LINE = r"""(?:[^\n'"\\]|'[^']*'|"(?:[^"\\]|\\.)*"|\\.)+(?=\n|\Z)|[^\n]+"""


def format_manifest(entries: Iterable[ManifestEntry]) -> str:
    """The text of a manifest, a line for each entry, its words quoted as for a shell.

    A path with a newline in it makes a line of several: `parse_manifest` knows.
    """
    return "".join(
        " ".join(
            quoted_word(word)
            for word in (
                entry.kind,
                entry.run_path,
                entry.sha1,
                entry.source,
                *((entry.subpath,) if entry.subpath else ()),
            )
        )
        + "\n"
        for entry in entries
    )


def parse_manifest(text: str) -> list[ManifestEntry | DamagedRun]:
    """The entries of a manifest, in order; what is wrong in place of a damaged one."""
    entries: list[ManifestEntry | DamagedRun] = []
    # Quotes are rare, and without them a newline always ends a line.
    quoted = "'" in text or '"' in text or "\\" in text
    for line in re.findall(_LINE, text, re.DOTALL) if quoted else text.split("\n"):
        if line:
            try:
                entries.append(parse_manifest_line(line))
            except DamagedRun as error:
                entries.append(error)
    return entries


def parse_manifest_line(line: str) -> ManifestEntry:
    """One entry of a manifest.

    Raises:
        DamagedRun: If it is none.
    """
    if re.fullmatch(_PLAIN_LINE, line, re.ASCII):
        words = line.split(" ")
    else:
        import shlex  # few names need it

        try:
            words = shlex.split(line)
        except ValueError:
            words = []
    if len(words) == 4 and words[0] in ("s", "d", "i"):
        return ManifestEntry(words[0], words[1], words[2], words[3])
    if len(words) == 5 and words[0] in ("d", "i"):
        return ManifestEntry(words[0], words[1], words[2], words[3], words[4])
    raise DamagedRun(f"invalid line in the manifest of a run: {line!r}")


def is_safe_run_path(path: str) -> bool:
    """Whether source code may be at this path relative to a run directory.

    It must stay in the directory and out of what Guild keeps there, but for the place where
    older runs have their source code.
    """
    if not path or path.startswith("/") or "\0" in path or ".." in path.split("/"):
        return False
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return bool(parts) and (parts[0] != ".guild" or parts[1:2] == ["sourcecode"])
