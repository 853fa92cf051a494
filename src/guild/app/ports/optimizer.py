"""Port: what chooses the flag values of a batch's trials."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from attr import frozen

from guild.domain.value import Value

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from guild.domain.flagdef import FlagDef
    from guild.domain.flags import FlagValue
    from guild.domain.searchspace import SearchSpace

__all__ = ["FlagEncoder", "Observation", "Optimizer", "Search", "Searches", "Suggestion"]


@frozen(kw_only=True, eq=False, repr=False)
class Observation(Value):
    """What an earlier trial told.

    Attributes:
        flags: The trial's flags; of a trial of another batch, possibly not all dimensions, or
            values outside of them.
        value: The objective, to be minimised (the sign of an objective to maximise is applied).
            None where the trial told none; never nan or infinite.
    """

    flags: Mapping[str, FlagValue]
    value: float | None = None


@frozen(kw_only=True, eq=False, repr=False)
class Suggestion(Value):
    """What a trial is to try.

    Attributes:
        flags: A value for each dimension of the space, and no others; plain Python values.
        random_start: Whether the values were drawn without regard to earlier trials.
        notice: A sentence that users should read once; empty if there is none.
    """

    flags: Mapping[str, FlagValue]
    random_start: bool
    notice: str = ""


class Search(Protocol):
    """One search of one batch.

    It may keep state from call to call (a stream of random numbers), so that the same search
    told the same things suggests the same values. It is used by one thread, and not after the
    batch. It never changes what it is given.
    """

    def suggest(
        self, past: Sequence[Observation], pending: Sequence[Mapping[str, FlagValue]] = ()
    ) -> Suggestion:
        """The values for the next trial.

        The first suggestion has the initial values of the space.

        Args:
            past: All earlier trials that count, oldest first, those without a value included.
            pending: Flags of trials that are suggested and have not ended.

        Raises:
            GuildError: If it can't suggest anything.
        """
        ...


class Optimizer(Protocol):
    """A way to search, by name.

    Found through the entry point group `guild.optimizers`, whose values are objects such as
    this or callables without arguments that return one. To make one is cheap: what it needs
    is imported when a search starts.

    Attributes:
        name: As after `--optimizer`.
        flags: Its own flags, with defaults.
        sequential: Whether suggestions need the outcome of earlier trials; otherwise all trials
            of a batch can be known before any of them runs.
        default_max_trials: Trials of a batch unless the user says; None for no limit.
        needs_dimensions: Whether a space without dimensions is an error.
        libraries: Distributions whose versions decide what is suggested, which a batch records.
    """

    @property
    def name(self) -> str: ...
    @property
    def flags(self) -> tuple[FlagDef, ...]: ...
    @property
    def sequential(self) -> bool: ...
    @property
    def default_max_trials(self) -> int | None: ...
    @property
    def needs_dimensions(self) -> bool: ...
    @property
    def libraries(self) -> tuple[str, ...]: ...

    def search(
        self,
        space: SearchSpace,
        seed: int,
        options: Mapping[str, FlagValue],
        max_trials: int,
    ) -> Search:
        """Start a search.

        Args:
            space: Where to search.
            seed: Starts its random numbers, 0 to 2**32 - 1.
            options: Values of its own flags, each of them present and checked against its
                definition.
            max_trials: How many suggestions will be asked for at most.

        Raises:
            GuildError: If the options or the space don't suit it, or a library is missing.
        """
        ...


class FlagEncoder(Protocol):
    """Gives an optimizer that is an operation of a project flags in its own form."""

    def __call__(
        self,
        spec: str,
        directory: str,
        flags: Mapping[str, FlagValue],
        defs: Mapping[str, FlagDef],
        /,
    ) -> Mapping[str, FlagValue]:
        """Values that say where to look.

        Args:
            spec: `MODULE:FUNCTION` of the project.
            directory: The project's absolute directory.
            flags: Values by name.
            defs: What is known of the flags, by name.

        Raises:
            GuildError: If there is no such function, or it fails.
        """
        ...


class Searches(Protocol):
    """Where searches run."""

    def begin(
        self,
        optimizer: Optimizer,
        space: SearchSpace,
        seed: int,
        options: Mapping[str, FlagValue],
        max_trials: int,
        stopped: Callable[[], bool] = ...,
    ) -> AbstractContextManager[Search]:
        """Have a search, as `Optimizer.search` starts it, for as long as it is needed.

        Args:
            optimizer, space, seed, options, max_trials: See `Optimizer.search`.
            stopped: Whether nobody waits for suggestions any more: one that is being made then
                is given up with a GuildError.

        Raises:
            GuildError: On entering, as `Optimizer.search` does; from the search also if it fails
                in a way that it should not.
        """
        ...
