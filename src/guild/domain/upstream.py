"""Which run an operation source stands for.

Source: reference 23-dependencies, section 7.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from guild.domain.errors import GuildError
from guild.domain.opref import OpRef
from guild.domain.record import Record
from guild.domain.run import Run
from guild.domain.status import Status

__all__ = ["UpstreamSpec", "chosen_run", "is_candidate", "operation_specs", "taken_names"]

_USABLE = frozenset((Status.COMPLETED, Status.RUNNING, Status.TERMINATED))
_SPEC = r"(?:(?P<package>[\w.-]+)/)?(?:(?P<model>[\w.-]*):)?(?P<op>[^:/](?:.*[^:/])?)"
_BYTECODE = "__pycache__"


class UpstreamSpec(Record):
    """An operation whose runs are wanted.

    Attributes:
        text: As written.
        package: Its package; empty for any, `.` for a project's.
        model: Its model; None for any.
        op: Its name, or a regular expression for it.
    """

    text: str
    package: str
    model: str | None
    op: str

    def may_match(self, name: str) -> bool:
        """Whether an operation of this name, as `OpRef.name` gives it, may be such a one."""
        parts = {name, name.rpartition("/")[2], name.rpartition(":")[2]}
        own = {self.text, self.text.rpartition("/")[2]}
        return bool(parts & own) or any(re.fullmatch(self.op, part) for part in parts)

    def matches(self, opref: OpRef) -> bool:
        """Whether this is such an operation."""
        if self.text == opref.name:
            return True
        if opref.pkg_type == "script" and f"/{opref.to_opspec()}".endswith(
            f"/{self.text.removeprefix('./')}"
        ):
            return True
        if self.package == ".":
            if opref.pkg_type == "package":
                return False
        elif self.package and (opref.pkg_type, opref.pkg_name) != ("package", self.package):
            return False
        if self.model is not None and self.model != opref.model:
            return False
        return re.fullmatch(self.op, opref.op) is not None


def operation_specs(ref: str) -> tuple[UpstreamSpec, ...]:
    """The operations that an operation source names, with `,` between them.

    Raises:
        GuildError: If one of them can't be the name of one.
    """
    return tuple(_spec(part.strip()) for part in ref.split(","))


def _spec(text: str) -> UpstreamSpec:
    match = re.fullmatch(_SPEC, text)
    try:
        if match is None:
            # The path of a script in a directory: only the whole can match.
            if not re.fullmatch(r"[^:]*[^:/]", text):
                raise ValueError
            return UpstreamSpec(text=text, package="", model=None, op=re.escape(text))
        re.compile(match["op"])
    except (re.error, ValueError, RecursionError, OverflowError):
        raise GuildError(f"invalid operation reference '{text}'") from None
    return UpstreamSpec(
        text=text, package=match["package"] or "", model=match["model"], op=match["op"]
    )


def is_candidate(run: Run, specs: Iterable[UpstreamSpec], *, staged: bool = False) -> bool:
    """Whether a run may be taken.

    Args:
        run: The run.
        specs: Operations it may be of.
        staged: Whether it may be yet to be started, for what is only planned.
    """
    usable = run.status in _USABLE or (staged and run.status is Status.STAGED)
    opref = run.opref
    return usable and opref is not None and any(spec.matches(opref) for spec in specs)


def chosen_run(
    runs: Iterable[Run], specs: Sequence[UpstreamSpec], *, given: str = "", staged: bool = False
) -> Run | None:
    """The run to take: a marked one, or else the latest; None if there is none.

    Args:
        runs: The runs there are, newest first.
        specs: Operations it may be of.
        given: The id of a run, whatever it is of, or how the id of a candidate starts.
        staged: As for `is_candidate`.

    Raises:
        GuildError: If several candidates' ids start like that.
    """
    found: list[Run] = []
    for run in runs:
        if given and run.id == given:
            return run
        if run.id.startswith(given) and is_candidate(run, specs, staged=staged):
            found.append(run)
    if given and len(found) > 1:
        listed = ", ".join(run.short_id for run in found[:5])
        raise GuildError(f"'{given}' is the start of several runs: {listed}")
    return next((run for run in found if run.marked), found[0] if found else None)


def taken_names(
    entries: Iterable[tuple[str, bool, bool, bool]],
) -> list[str]:
    """Top-level names of a run that have what the run made in them: what others take of it.

    Args:
        entries: Of each file and directory, a directory before what is in it: its path relative
            to the run, whether it is a directory, whether the run made it, and whether it was
            given to the run as a dependency. Links to directories are no directories here.

    Returns:
        In the order of the entries. Bytecode that Python keeps beside source code is left out.
    """
    found: dict[str, None] = {}
    given: list[str] = []
    empty: dict[str, bool] = {}
    for path, is_dir, made, is_dependency in entries:
        top, _, rest = path.partition("/")
        if is_dir:
            if is_dependency:
                given.append(f"{path}/")
            if not rest:
                empty[top] = made
            continue
        if rest:
            empty.pop(top, None)
        parts = path.split("/")
        if made and _BYTECODE not in parts and not path.startswith(tuple(given)):
            found[top] = None
    found.update((top, None) for top, made in empty.items() if made and top != _BYTECODE)
    return list(found)
