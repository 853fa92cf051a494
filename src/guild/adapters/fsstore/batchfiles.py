"""Files with flags of trials: CSV, JSON and YAML."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from guild.adapters.fsstore.atomic import write_text
from guild.domain.batchfile import format_csv, format_json, parse_rows
from guild.domain.errors import GuildError
from guild.domain.flags import FlagValue

__all__ = ["TextBatchFiles"]


class TextBatchFiles:
    """See `BatchFiles`.

    Args:
        absolute: Gives an absolute path for one that may start with `~` or be relative.
    """

    def __init__(self, absolute: Callable[[str], str]) -> None:
        self._absolute = absolute

    def rows(
        self, path: str, types: Mapping[str, str | None], warn: Callable[[str], None]
    ) -> list[dict[str, FlagValue]]:
        """See `BatchFiles.rows`."""
        from guild.adapters.fsstore.batchtrees import load_json, load_yaml

        if not path:
            raise GuildError("invalid argument '@': expected @FILE, such as @trials.csv")
        full = self._absolute(path)
        if not os.path.exists(full):
            raise GuildError(f"batch file {path} does not exist")
        kinds: dict[str, Literal["csv", "tree"]] = {"": "csv", ".csv": "csv"}
        kinds |= {".json": "tree", ".yml": "tree", ".yaml": "tree"}
        kind = kinds.get(_extension(path))
        if kind is None:
            raise GuildError(f"cannot read trials for {path}: unsupported extension")
        try:
            with open(full, encoding="utf-8", newline="") as file:
                text = file.read()
        except OSError as error:
            raise GuildError(f"cannot read trials for {path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise GuildError(f"cannot read trials for {path}: it is not UTF-8 text") from error
        load = load_json if _extension(path) == ".json" else load_yaml
        return parse_rows(text, kind, path, load, types=types, warn=warn)

    def check_saved(self, path: str) -> None:
        """See `BatchFiles.check_saved`."""
        extension = _extension(path)
        if extension not in ("", ".csv", ".json"):
            raise GuildError(
                f"Unsupported extension '{extension}' - use '.csv', '.json', or no extension"
            )

    def save(self, path: str, trials: Sequence[Mapping[str, FlagValue]]) -> str:
        """See `BatchFiles.save`."""
        self.check_saved(path)
        full = self._absolute(path)
        text = format_json(trials) if _extension(path) == ".json" else format_csv(trials)
        write_text(full, text)
        return full


def _extension(path: str) -> str:
    return os.path.splitext(path)[1].lower()
