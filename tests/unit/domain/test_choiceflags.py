"""What a choice says of other flags, in trials."""

from __future__ import annotations

from guild.domain.choice import Choice
from guild.domain.choiceflags import with_choice_flags
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet

_DEFS = {
    "opt": FlagDef(
        name="opt", choices=(Choice("sgd"), Choice("adam", flags={"beta": 0.9, "lr": 1}))
    ),
    "beta": FlagDef(name="beta"),
}


def trial(opt: str, *given: str) -> FlagSet:
    flags = FlagSet({"opt": opt, "beta": 0, "lr": 5})
    return with_choice_flags(flags, {"opt"}, _DEFS, {"opt", *given})


def test_a_choice_sets_what_is_left_open() -> None:
    assert trial("adam") == {"opt": "adam", "beta": 0.9, "lr": 1}
    assert trial("adam", "lr") == {"opt": "adam", "beta": 0.9, "lr": 5}


def test_other_choices_set_nothing() -> None:
    assert trial("sgd") == {"opt": "sgd", "beta": 0, "lr": 5}


def test_only_flags_that_are_tried_count() -> None:
    flags = FlagSet({"opt": "adam", "beta": 0})
    assert with_choice_flags(flags, (), _DEFS, ()) is flags
