"""Settling flag values: what a user gave, defaults, types, choices and bounds.

Source: reference 03-flags, section 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from guild.domain.errors import (
    FlagError,
    GuildError,
    InvalidFlagValue,
    MissingFlags,
    UnknownFlag,
    UnsupportedChoice,
)
from guild.domain.flagdef import FlagDef
from guild.domain.flags import FlagSet, FlagValue, same_value
from guild.domain.flagtext import TEXT_TYPES, TYPES, decode, encode, is_function
from guild.domain.flagtypes import Misfit, as_text, as_type
from guild.domain.words import join_words, split_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.domain.choice import Choice

__all__ = ["check_names", "resolve"]

_Problem = InvalidFlagValue | UnsupportedChoice


def resolve(
    defs: Sequence[FlagDef],
    given: Mapping[str, FlagValue],
    *,
    operation: str,
    force: bool,
    cwd_join: Callable[[str], str],
    exists: Callable[[str], bool],
    base: Mapping[str, FlagValue] | None = None,
    warn: Callable[[str], None] | None = None,
) -> FlagSet:
    """The values of all flags of a run.

    What is given wins over the flags that a given choice sets, these over `base`, that over
    flags set by choices nobody gave, and these over defaults. Names in `base` that have no
    definition are kept.

    Args:
        defs: The operation's flags.
        given: Decoded values by name or alias.
        operation: As the user names it, for messages.
        force: Whether to accept unknown names and any value: what does not fit its type
            stays as it is.
        cwd_join: Gives the absolute form of a path; it also expands a leading `~`.
        exists: Whether there is something at an absolute path.
        base: Stored values of an earlier run.
        warn: Told, in a sentence, of types that are not known.

    Raises:
        UnknownFlag: For all given names that are not defined.
        InvalidFlagValue: For all values that don't fit their flag's type or bounds.
        UnsupportedChoice: For the first value that is not among its flag's choices.
        MissingFlags: For all required flags without a value.
        FlagError: If a flag is given by both its name and its alias.
    """
    check = _Check({flag.name: flag for flag in defs}, cwd_join, exists, warn)
    values = check.combined(_unaliased(defs, given, force), base or {})
    if not force:
        check_names(defs, given, operation)
    values, problems = check.coerced(values)
    if not force:
        problems += check.problems(values, problems)
        _raise_problems(problems)
        _check_required(defs, values, operation)
    return FlagSet(values)


def _unaliased(
    defs: Sequence[FlagDef], given: Mapping[str, FlagValue], force: bool
) -> dict[str, FlagValue]:
    values = dict(given)
    names = {flag.name for flag in defs}
    for flag in defs:
        alias = flag.alias
        if not alias or alias in names or alias not in values:
            continue
        value = values.pop(alias)
        if flag.name in values and not force:
            raise FlagError(
                f"cannot specify both alias '{alias}' and name for flag '{flag.name}'",
                "Use --force-flags to skip this check.",
            )
        values.setdefault(flag.name, value)
    return values


def check_names(defs: Sequence[FlagDef], given: Iterable[str], operation: str) -> None:
    """See that there are flags of all given names or aliases.

    Raises:
        UnknownFlag: For all that are not defined.
    """
    known = [*(flag.name for flag in defs), *(flag.alias for flag in defs if flag.alias)]
    unknown = sorted(name for name in given if name not in known)
    if unknown:
        from guild.domain.nearest import nearest  # only a failure needs it

        raise UnknownFlag([(name, nearest(name, known) or "") for name in unknown], operation)


def _raise_problems(problems: Iterable[_Problem]) -> None:
    problems = sorted(problems, key=lambda problem: problem.name)
    invalid = [problem for problem in problems if isinstance(problem, InvalidFlagValue)]
    if invalid:
        first, *others = invalid
        raise InvalidFlagValue(first.name, first.shown, first.why, others)
    for problem in problems:
        raise problem


def _check_required(
    defs: Sequence[FlagDef], values: Mapping[str, FlagValue], operation: str
) -> None:
    missing = sorted(
        (flag.name, flag.description.partition("\n")[0])
        for flag in defs
        if flag.required and values.get(flag.name) in (None, "", [])
    )
    if missing:
        raise MissingFlags(missing, operation)


class _Check:
    """The definitions and the questions asked of the world, for one set of values."""

    def __init__(
        self,
        defs: Mapping[str, FlagDef],
        cwd_join: Callable[[str], str],
        exists: Callable[[str], bool],
        warn: Callable[[str], None] | None,
    ) -> None:
        self.defs = defs
        self.cwd_join = cwd_join
        self.exists = exists
        self.warn = warn

    def combined(
        self, given: Mapping[str, FlagValue], base: Mapping[str, FlagValue]
    ) -> dict[str, FlagValue]:
        """Values of all flags, aliases of choices resolved."""
        defaults = {name: flag.default for name, flag in self.defs.items()}
        by_user: dict[str, FlagValue] = {}
        by_others: dict[str, FlagValue] = {}
        for name, value in {**defaults, **base, **given}.items():
            choice = self._choice(name, value)
            if choice:
                (by_user if name in given else by_others).update(choice.flags)
        values = {**defaults, **by_others, **base, **by_user, **given}
        return {name: self._unaliased_choice(name, value) for name, value in values.items()}

    def _choice(self, name: str, value: FlagValue) -> Choice | None:
        flag = self.defs.get(name)
        if flag is None or not flag.choices or isinstance(value, list):
            return None
        text = value if isinstance(value, str) else encode(value)
        by_alias = (choice for choice in flag.choices if choice.alias == text)
        by_value = (choice for choice in flag.choices if self._same(flag, value, choice.value))
        return next(by_alias, None) or next(by_value, None)

    def _same(self, flag: FlagDef, value: FlagValue, choice: FlagValue) -> bool:
        """Whether a value is one of a flag's choices once both have the flag's type."""
        try:
            value, choice = self._coerce(flag, value), self._coerce(flag, choice)
        except Misfit:
            return same_value(value, choice)
        # A part of a split value is text: '1' may be the choice '1' and the choice 1.
        is_part = bool(flag.arg_split) and isinstance(choice, str)
        return same_value(value, choice) or (is_part and as_text(value) == choice)

    def _unaliased_choice(self, name: str, value: FlagValue) -> FlagValue:
        if isinstance(value, list) and name in self.defs:
            return [self._unaliased_choice(name, item) for item in value]
        choice = self._choice(name, value)
        return choice.value if choice else value

    def coerced(
        self, values: Mapping[str, FlagValue]
    ) -> tuple[dict[str, FlagValue], list[_Problem]]:
        """Values as their types want them, and what is wrong with those that can't be."""
        result = dict(values)
        problems: list[_Problem] = []
        for name, value in values.items():
            flag = self.defs.get(name)
            if flag is None:
                continue
            if flag.type is not None and flag.type not in TYPES and self.warn:
                self.warn(f"unknown flag type '{flag.type}' for {name} - cannot coerce")
            try:
                result[name] = self._coerce(flag, value)
            except Misfit as misfit:
                problems.append(_type_problem(flag, misfit))
        return result, problems

    def _coerce(self, flag: FlagDef, value: FlagValue) -> FlagValue:
        if value is None or is_function(value) or flag.type in (None, "auto"):
            return value
        if isinstance(value, list):
            return [self._coerce(flag, item) for item in value]
        if flag.arg_split and isinstance(value, str) and flag.type != "string":
            return self._coerce_parts(flag, value, flag.arg_split)
        return as_type(value, flag.type or "", self.cwd_join)

    def _coerce_parts(self, flag: FlagDef, value: str, split: bool | str) -> str:
        try:
            parts = split_words(value, split)
        except GuildError as error:
            raise Misfit(value, "unbalanced quotes") from error
        typed = (as_type(_part(flag, part), flag.type or "", self.cwd_join) for part in parts)
        words = [item if isinstance(item, str) else encode(item) for item in typed]
        return value if words == parts else join_words(words, split)

    def problems(
        self, values: Mapping[str, FlagValue], known: Sequence[_Problem]
    ) -> list[_Problem]:
        """What is wrong with the values of flags without a known problem, one thing each."""
        failed = {problem.name for problem in known}
        found = (
            self._problem_of(self.defs[name], values[name])
            for name in values.keys() & self.defs.keys() - failed
        )
        return [problem for problem in found if problem]

    def _problem_of(self, flag: FlagDef, value: FlagValue) -> _Problem | None:
        try:
            items = list(_items(flag, value))
        except GuildError:
            return InvalidFlagValue(flag.name, encode(value), "unbalanced quotes")
        found = (self._item_problem(flag, item) for item in items)
        return next((problem for problem in found if problem), None)

    def _item_problem(self, flag: FlagDef, value: FlagValue) -> _Problem | None:
        own_blank = _is_own_blank(flag, value)
        limited = flag.choices and not flag.allow_other and not own_blank
        if limited and not any(self._same(flag, value, item.value) for item in flag.choices):
            return _choice_problem(flag)
        why = _out_of_range(flag, value)
        if why is None and flag.type == "existing-path" and not own_blank:
            why = None if self.exists(str(value)) else f"{encode(value)} does not exist"
        return None if why is None else InvalidFlagValue(flag.name, encode(value), why)


def _type_problem(flag: FlagDef, misfit: Misfit) -> _Problem:
    if flag.choices and not flag.allow_other:
        return _choice_problem(flag)
    return InvalidFlagValue(flag.name, encode(misfit.value), misfit.why)


def _choice_problem(flag: FlagDef) -> UnsupportedChoice:
    return UnsupportedChoice(
        flag.name,
        [(encode(item.value), item.description.partition("\n")[0]) for item in flag.choices],
    )


def _is_own_blank(flag: FlagDef, value: FlagValue) -> bool:
    """Whether the value is a default that says "none", such as empty text.

    Scripts have them beside their choices: refusing them would refuse every run.
    """
    return not value and same_value(value, flag.default)


def _items(flag: FlagDef, value: FlagValue) -> Iterator[FlagValue]:
    """What is checked of a value, one by one: null and search functions are not."""
    if value is None or is_function(value):
        return
    if isinstance(value, list):
        for item in value:
            yield from _items(flag, item)
    elif flag.arg_split and isinstance(value, str):
        for part in split_words(value, flag.arg_split):
            yield _part(flag, part)
    else:
        yield value


def _part(flag: FlagDef, text: str) -> FlagValue:
    """A part of a split value: its quotes were those of words, brackets make no list of it."""
    return text if flag.type in TEXT_TYPES else decode(text, flag.type)


def _out_of_range(flag: FlagDef, value: FlagValue) -> str | None:
    if flag.min is None and flag.max is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return "out of range (not a number)"
    if flag.min is not None and value < flag.min:
        return f"out of range (less than min {encode(flag.min)})"
    if flag.max is not None and value > flag.max:
        return f"out of range (greater than max {encode(flag.max)})"
    return None
