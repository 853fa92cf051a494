"""Long texts are shown by a pager where there is a terminal."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from guild.adapters.cli.console import Console
from guild.adapters.cli.context import Context
from guild.adapters.cli.handlers.pager import page_text
from guild.domain.errors import GuildError


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _shown(stdout: io.StringIO, text: str, **env: str) -> str:
    page_text(Context((), Console(None, stdout, io.StringIO(), env), env), text)
    return stdout.getvalue()


def test_the_pager_of_the_user_reads_the_text(tmp_path: Path) -> None:
    page = tmp_path / "page"

    assert _shown(_Terminal(), "é\n\nb", PAGER=f"tee {page}") == ""
    assert page.read_text(encoding="utf-8") == "é\n\nb\n"


def test_a_pager_that_ends_early_does_no_harm() -> None:
    assert _shown(_Terminal(), "x" * 10**6, PAGER="true") == ""


def test_without_a_terminal_the_text_is_written() -> None:
    assert _shown(io.StringIO(), "a", PAGER="false") == "a\n"


def test_without_less_the_text_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    assert _shown(_Terminal(), "a") == "a\n"


def test_a_pager_that_is_not_there_is_refused() -> None:
    with pytest.raises(GuildError, match="cannot run pager 'no-such-pager'"):
        _shown(_Terminal(), "a", PAGER="no-such-pager -x")
