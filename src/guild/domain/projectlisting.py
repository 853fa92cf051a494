"""Operations and models of projects as lists of them show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from guild.domain.guildfile import Guildfile, Model, OperationDef
from guild.domain.record import Record

__all__ = [
    "ListedModel",
    "ListedOperation",
    "listed_models",
    "listed_operations",
    "rest_of",
    "summary",
]


class ListedModel(Record):
    """A model and where it is from.

    Attributes:
        package: Name of the installed package; empty for the project.
        guildfile: The file that defines it.
        model: The model itself.
    """

    package: str
    guildfile: Guildfile
    model: Model

    @property
    def name(self) -> str:
        """As users name it; empty for a model without a name."""
        return _in_package(self.package, self.model.name)


class ListedOperation(Record):
    """An operation and where it is from.

    Attributes:
        package: Name of the installed package; empty for the project.
        guildfile: The file that defines it.
        model: The model that it is of.
        operation: The operation itself.
    """

    package: str
    guildfile: Guildfile
    model: Model
    operation: OperationDef

    @property
    def name(self) -> str:
        """As users name it: `train`, `cnn:train`, `package/cnn:train`."""
        name, model = self.operation.name, self.model.name
        return _in_package(self.package, f"{model}:{name}" if model else name)

    @property
    def spec(self) -> str:
        """What means this operation, and no other, to `guild run`."""
        return _in_package(self.package, f"{self.model.name}:{self.operation.name}")


def listed_models(
    projects: Iterable[tuple[str, Guildfile]], filters: Sequence[str] = (), *, all: bool = False
) -> list[ListedModel]:
    """Models in the order of lists: those of packages, then the project's, by name.

    Args:
        projects: Guild files with the names of their packages, empty for the project.
        filters: Texts that each have to be in the name or the description, in any case.
        all: Also those without a name, and whose names begin with `_`.
    """
    found = [
        listed
        for listed in _models(projects)
        if (all or listed.model.name[:1] not in ("", "_"))
        and _matches(filters, listed.name, listed.model.description)
    ]
    return sorted(found, key=lambda one: (not one.package, one.package, one.model.name))


def listed_operations(
    projects: Iterable[tuple[str, Guildfile]], filters: Sequence[str] = (), *, all: bool = False
) -> list[ListedOperation]:
    """Operations in the order of lists: as `listed_models` has it, then by name.

    Args:
        projects: Guild files with the names of their packages, empty for the project.
        filters: Texts that each have to be in the name or the description, in any case.
        all: Also those whose names, or whose models' names, begin with `_`.
    """
    found = [
        listed
        for of in _models(projects)
        for operation in of.model.operations
        for listed in (ListedOperation(**of.values(), operation=operation),)
        if (all or not (operation.name.startswith("_") or of.model.name.startswith("_")))
        and _matches(filters, listed.name, operation.description)
    ]
    return sorted(
        found,
        key=lambda one: (not one.package, one.package, one.model.name, one.operation.name),
    )


def summary(description: str) -> str:
    """The first line of a description."""
    return description.strip().partition("\n")[0].rstrip()


def rest_of(description: str) -> tuple[str, ...]:
    """What follows the first line of a description: paragraphs, each on one line."""
    rest = description.strip().partition("\n")[2]
    paragraphs: list[list[str]] = [[]]
    for line in map(str.strip, rest.split("\n")):
        if line:
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return tuple(" ".join(lines) for lines in paragraphs if lines)


def _models(projects: Iterable[tuple[str, Guildfile]]) -> Iterator[ListedModel]:
    for package, guildfile in projects:
        for model in guildfile.models:
            yield ListedModel(package=package, guildfile=guildfile, model=model)


def _in_package(package: str, name: str) -> str:
    return f"{package}/{name}" if package and name else package or name


def _matches(filters: Sequence[str], *texts: str) -> bool:
    lower = [text.lower() for text in texts]
    return all(any(wanted.lower() in text for text in lower) for wanted in filters)
