"""Flags of an operation: what is said of them where it is defined, and what its program says.

Source: reference 03-flags, section 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from guild.domain.flagdef import FlagDef
from guild.domain.flagtext import decode
from guild.domain.sequences import SEQUENCES

__all__ = ["merged_flags", "unknown_names"]

_OTHERS = frozenset(("name", "arg_name", "arg_skip", "extra"))
"""Attributes of a definition that are not simply the one or the other's."""


def merged_flags(
    defined: Sequence[FlagDef],
    said: Mapping[str, frozenset[str]],
    imported: Sequence[FlagDef],
    flags_import: bool | tuple[str, ...] | None,
    flags_import_skip: Iterable[str],
    default_arg_skip: bool,
) -> tuple[FlagDef, ...]:
    """The flags of an operation, in name order.

    What is said of a flag counts, and the program's word where nothing is said. A definition
    is of the program's flag that its argument's name is; if there is none, of the one that
    has its own name. One flag of the program may have several definitions. A default that is
    written as a sequence, such as `range[1:3]`, is the list that it stands for, unless the flag
    is a text.

    Args:
        defined: Flags that the operation defines.
        said: Attributes that are written there, by flag: with the names they have in the file.
        imported: Flags of the program.
        flags_import: Which of these count: all, none, the ones with these names, or, if None,
            those that are defined.
        flags_import_skip: Names of those that don't. Here and in `flags_import`, a name may be
            that of a definition, too: it means the flag that this is about.
        default_arg_skip: Whether flags are not passed to the program where nothing is said.

    Raises:
        GuildError: If a sequence is too long.
    """
    of_program = {flag.name: flag for flag in imported}
    targets = {flag.name: _target(flag, of_program) for flag in defined}
    wanted = _wanted(of_program, targets, flags_import) - _meant(flags_import_skip, targets)
    merged: dict[str, FlagDef] = {}
    for flag in defined:
        target = targets[flag.name]
        own = said.get(flag.name, frozenset())
        if target in wanted:
            flag = _joined(flag, own, of_program[target])
        if "default" in own:
            flag = _expanded(flag)
        merged[flag.name] = _with_skip(flag, own, default_arg_skip)
    for name in wanted - set(targets.values()) - merged.keys():
        merged[name] = _with_skip(of_program[name], frozenset(), default_arg_skip)
    return tuple(flag for _, flag in sorted(merged.items()))


def unknown_names(
    names: Iterable[str], defined: Iterable[FlagDef], imported: Iterable[FlagDef]
) -> tuple[str, ...]:
    """Names, such as those of `flags_import`, that no flag has; in their order."""
    known = {flag.name for flag in (*defined, *imported)}
    return tuple(name for name in names if name not in known)


def _target(flag: FlagDef, of_program: Mapping[str, FlagDef]) -> str:
    """Name of the program's flag that a definition is about."""
    return flag.arg_name if flag.arg_name and flag.arg_name in of_program else flag.name


def _wanted(
    of_program: Mapping[str, FlagDef],
    targets: Mapping[str, str],
    flags_import: bool | tuple[str, ...] | None,
) -> set[str]:
    if flags_import is True:
        return set(of_program)
    names = targets.keys() if flags_import is None else flags_import or ()
    return _meant(names, targets) & of_program.keys()


def _meant(names: Iterable[str], targets: Mapping[str, str]) -> set[str]:
    return {targets.get(name, name) for name in names}


def _joined(flag: FlagDef, said: frozenset[str], imported: FlagDef) -> FlagDef:
    own = {name.replace("-", "_") for name in said}
    arg_name = flag.arg_name if "arg_name" in own else imported.arg_name
    if flag.arg_name == imported.name:
        # It says which flag is meant: that one knows best how it is passed.
        arg_name = imported.arg_name or imported.name
    by_import = {
        name: value
        for name, value in imported.values().items()
        if name not in own and name not in _OTHERS
    }
    return flag.replaced(
        **by_import,
        arg_name=arg_name,
        arg_skip=flag.arg_skip if "arg_skip" in own else imported.arg_skip,
        extra={**imported.extra, **flag.extra},
    )


def _expanded(flag: FlagDef) -> FlagDef:
    """The definition with a list as default where a sequence is written: `range[1:3]`."""
    text = flag.default
    if not isinstance(text, str) or text[-1:] != "]" or text.partition("[")[0] not in SEQUENCES:
        return flag
    return flag.replaced(default=decode(text, flag.type))


def _with_skip(flag: FlagDef, said: frozenset[str], default: bool) -> FlagDef:
    if not default or flag.arg_skip or said & {"arg-skip", "arg_skip"}:
        return flag
    return flag.replaced(arg_skip=True)
