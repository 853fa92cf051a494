"""How runs are described in listings."""

from __future__ import annotations

__all__ = ["project_shown", "user_path"]

_MAX_DIR = 28
"""Characters that listings have for a directory."""

_DROPPED = "…"


def project_shown(project_dir: str | None, cwd: str, home: str) -> str | None:
    """What a listing says of where the project of a run is.

    Args:
        project_dir: Directory of the project; None if unknown.
        cwd: Absolute current directory.
        home: Absolute home directory of the user.

    Returns:
        The directory in short, or None if that is `cwd` or unknown.
    """
    if project_dir is None or _bare(project_dir) == _bare(cwd):
        return None
    return _shortened(_seen_from(_bare(project_dir), _bare(cwd), home))


def user_path(path: str, home: str) -> str:
    """A path with `~` in place of the home directory."""
    home = _bare(home)
    if home in ("", "/"):
        return path
    if path == home:
        return "~"
    return f"~{path[len(home) :]}" if path.startswith(f"{home}/") else path


def _bare(path: str) -> str:
    return path.rstrip("/") or path[:1]


def _seen_from(path: str, cwd: str, home: str) -> str:
    inside = _below(path, cwd)
    if inside is not None:
        return inside
    parent = cwd.rpartition("/")[0] or "/"
    beside = _below(path, parent)
    if beside is not None:
        return f"../{beside}"
    return ".." if path == parent else user_path(path, home)


def _below(path: str, directory: str) -> str | None:
    start = directory.rstrip("/") + "/"
    return path[len(start) :] if path.startswith(start) and path != start else None


def _shortened(path: str) -> str:
    """The path in 28 characters, with one `…` for what is left out of its middle.

    The first and last parts stay, and next to them as many others as there is room for.
    """
    if len(path) <= _MAX_DIR:
        return path
    root = "/" if path.startswith("/") else ""
    parts = path.strip("/").split("/")
    left, right = 1, 1

    def joined(left: int, right: int) -> str:
        kept = [*parts[:left], _DROPPED, *parts[len(parts) - right :]]
        return root + "/".join(kept)

    if len(parts) <= left + right or len(joined(left, right)) > _MAX_DIR:
        return _DROPPED + path[1 - _MAX_DIR :]
    while left + right < len(parts) - 1:
        if len(joined(left, right + 1)) <= _MAX_DIR:
            right += 1
        elif len(joined(left + 1, right)) <= _MAX_DIR:
            left += 1
        else:
            break
    return joined(left, right)
