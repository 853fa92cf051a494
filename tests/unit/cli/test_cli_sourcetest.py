"""Rules about source code as they are shown."""

from __future__ import annotations

import pytest

from guild.adapters.cli.handlers.sourcetest import reason_text, rule_text
from guild.domain.sourcecode import RuleKind, SourceRule
from guild.domain.sourcepreview import SourceReason


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (SourceRule(include=True), "include *"),
        (SourceRule(include=False, patterns=(".git*", "a.b")), "exclude .git*, a.b"),
        (SourceRule(include=False, kind=RuleKind.DIR, patterns=(".*",)), "exclude dir .*"),
        (
            SourceRule(include=False, kind=RuleKind.DIR, containing="bin/activate"),
            "exclude dir * containing bin/activate",
        ),
        (
            SourceRule(include=True, kind=RuleKind.TEXT, max_size=9, max_matches=3),
            "include text * size < 10, max match 3",
        ),
        (SourceRule(include=True, kind=RuleKind.BINARY), "include binary *"),
        (SourceRule(include=False, ignored=True), "exclude * named in ignore files"),
    ],
)
def test_a_rule_is_one_line(rule: SourceRule, text: str) -> None:
    assert rule_text(rule) == text


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (SourceReason(), "no rule"),
        (SourceReason(note="a dependency"), "a dependency"),
        (SourceReason(rule=SourceRule(include=True)), "include *"),
        (SourceReason(rule=SourceRule(include=True), note="too big"), "too big: include *"),
    ],
)
def test_a_reason_is_a_rule_or_a_word(reason: SourceReason, text: str) -> None:
    assert reason_text(reason) == text
