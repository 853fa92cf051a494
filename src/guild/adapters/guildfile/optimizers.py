"""The forms of `optimizer` and `optimizers`.

Source: reference 20-batches-and-optimizers, section 10.
"""

from __future__ import annotations

from collections.abc import Iterable

from guild.adapters.guildfile.marked import Items, Map, plain, shown
from guild.adapters.guildfile.misfit import Misfit
from guild.domain.guildfile import OptimizerDef

__all__ = ["optimizer", "optimizers"]


def optimizer(value: object) -> bool | tuple[OptimizerDef, ...]:
    """What a file has for `optimizer`: one of them, or whether the operation is one itself.

    Raises:
        Misfit: If it is of none of the forms.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return (OptimizerDef(name=value, algorithm=value, default=True),)
    if isinstance(value, Map):
        return (_unnamed(value, default=True),)
    raise Misfit(message=f"invalid optimizer config {shown(value)}: expected a string or mapping")


def optimizers(value: object) -> tuple[OptimizerDef, ...]:
    """What a file has for `optimizers`, by name.

    Raises:
        Misfit: If it is of none of the forms, or says one twice.
    """
    if isinstance(value, str):
        return (OptimizerDef(name=value, algorithm=value),)
    if isinstance(value, Map):
        if isinstance(value.get("algorithm"), str):
            return (_unnamed(value),)
        found = {name: _named(name, item) for name, item in value.items()}
        _check_defaults(found.items())
        return tuple(found[name] for name in sorted(found))
    if not isinstance(value, Items):
        raise Misfit(message=f"invalid optimizer config {shown(value)}: expected list or mapping")
    listed: dict[str, OptimizerDef] = {}
    for index, item in enumerate(value):
        try:
            one = _listed(item)
        except Misfit as error:
            error.path = (index, *error.path)
            raise
        if one.name in listed:
            raise Misfit(message=f"duplicate optimizer '{one.name}'", path=(index,))
        listed[one.name] = one
    _check_defaults(enumerate(listed.values()))
    return tuple(listed[name] for name in sorted(listed))


def _check_defaults(found: Iterable[tuple[str | int, OptimizerDef]]) -> None:
    """See that one of them is the default at most."""
    defaults = [(key, one.name) for key, one in found if one.default]
    if len(defaults) > 1:
        raise Misfit(
            message=f"invalid default value True: optimizer '{defaults[0][1]}' is the default",
            path=(defaults[1][0], "default"),
        )


def _listed(item: object) -> OptimizerDef:
    if isinstance(item, str):
        return OptimizerDef(name=item, algorithm=item)
    if isinstance(item, Map):
        return _unnamed(item)
    raise Misfit(message=f"invalid optimizer config {shown(item)}: expected a string or mapping")


def _unnamed(config: Map, default: bool = False) -> OptimizerDef:
    if "algorithm" not in config:
        raise Misfit(message=f"missing required 'algorithm' attribute in {shown(config)}")
    return _from_map(None, config, default)


def _named(name: str, config: object) -> OptimizerDef:
    if config is None:
        return OptimizerDef(name=name, algorithm=name)
    if isinstance(config, str):
        return OptimizerDef(name=name, algorithm=config)
    if not isinstance(config, Map):
        message = f"invalid optimizer config {shown(config)}: expected a string or mapping"
        raise Misfit(message=message, path=(name,))
    try:
        return _from_map(name, config, False)
    except Misfit as error:
        error.path = (name, *error.path)
        raise


def _from_map(name: str | None, config: Map, default: bool) -> OptimizerDef:
    algorithm = config.get("algorithm", name)
    if not isinstance(algorithm, str):
        raise Misfit("a string", algorithm, path=("algorithm",))
    chosen = config.get("default", default)
    if not isinstance(chosen, bool):
        raise Misfit("yes or no", chosen, path=("default",))
    return OptimizerDef(
        name=name or algorithm,
        algorithm=algorithm,
        default=chosen,
        flags={k: plain(v) for k, v in config.items() if k not in ("algorithm", "default")},
    )
