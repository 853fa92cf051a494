"""A project by hand, and commands over it."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import cast

from guild.adapters.cli.console import Console
from guild.adapters.cli.context import Context
from guild.adapters.cli.root import dispatch
from guild.app.settings import Settings
from guild.bootstrap import Guild
from guild.domain.choice import Choice
from guild.domain.dependency import Resource
from guild.domain.errors import GuildError, NoSuchOperation
from guild.domain.flagdef import FlagDef
from guild.domain.guildfile import Guildfile, Model, OperationDef
from guild.domain.operation import CommandSpec, Operation
from guild.domain.opref import OpRef

__all__ = ["PROJECT", "ZOO", "Screen", "run"]

_LR = FlagDef(name="lr", default=0.1, description="How fast to learn")
_KIND = FlagDef(name="kind", choices=(Choice("a"), Choice("b", "bee", "The b")))

PROJECT = Guildfile(
    path="/p/guild.yml",
    models=(
        Model(
            name="cnn",
            description="Convolutions.\n\nMany of them.",
            references=("https://example.org/cnn",),
            operations=(
                OperationDef(name="_hidden", main="hidden"),
                OperationDef(
                    name="train",
                    main="train --fixed 1",
                    description="Train it.\n\nFor long.",
                    flags=(_KIND, _LR),
                    default=True,
                ),
            ),
            resources=(Resource(name="data", description="Images.\nMany."),),
            default=True,
        ),
        Model(
            name="",
            operations=(
                OperationDef(name="all", steps=("prepare", {"run": "cnn:train"})),
                OperationDef(name="prepare", exec="./prepare.sh", description="Get the data."),
            ),
        ),
    ),
)
ZOO = Guildfile(
    path="/site/zoo/guild.yml",
    models=(Model(name="", operations=(OperationDef(name="fetch", main="fetch"),)),),
)


class _Catalog:
    """Operations with the flags that their definitions have, and one of the program's."""

    def find(self, spec: str) -> Operation:
        """See `OperationCatalog.find`."""
        model, _, name = spec.rpartition("/")[2].partition(":")
        for one in (*PROJECT.models, *ZOO.models):
            for operation in one.operations:
                if (one.name, operation.name) == (model, name):
                    return _operation(spec, operation)
        raise NoSuchOperation(f"cannot find operation {spec}")


def _operation(name: str, definition: OperationDef) -> Operation:
    if definition.name == "all":
        raise GuildError("cannot read all.py")
    return Operation(
        opref=OpRef("guildfile", "/p/guild.yml", "", "", definition.name),
        name=name,
        project_dir="/p",
        command=CommandSpec(args=()),
        flags=(*definition.flags, FlagDef(name="epochs", default=3)),
        description=definition.description,
        requires=PROJECT.models[0].resources,
    )


class _Projects:
    def __init__(self, installed: Sequence[tuple[str, Guildfile]]) -> None:
        self.installed = installed


class _Guild:
    def __init__(
        self, project: Guildfile | None, packages: Sequence[tuple[str, Guildfile]]
    ) -> None:
        self.settings = Settings(home="/home", cwd="/p", env={}, host="h")
        self.project = project
        self.projects = _Projects(packages)
        self.catalog = _Catalog()


class Screen:
    """What a command left behind."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status = status
        self.out = out
        self.err = err


def run(
    *args: str,
    project: Guildfile | None = PROJECT,
    packages: Sequence[tuple[str, Guildfile]] = (("zoo", ZOO),),
    env: Mapping[str, str] | None = None,
) -> Screen:
    """Run a command over a project.

    Raises:
        GuildError: As the command does.
    """
    out, err = io.StringIO(), io.StringIO()
    context = Context(args, Console(None, out, err, env or {}), env or {})
    context.guild = cast(Guild, _Guild(project, packages))
    status = dispatch(args, context)
    return Screen(status, out.getvalue(), err.getvalue())
