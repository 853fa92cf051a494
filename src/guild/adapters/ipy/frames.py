"""Runs as data frames, and what can be done with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pandas as pd

from guild.adapters.ipy.cells import local_times, objects, table
from guild.adapters.ipy.given import text_given, texts_given, truth_given
from guild.adapters.ipy.homes import opened, without_collection
from guild.adapters.ipy.runindex import RunIndex, run_cells

if TYPE_CHECKING:
    from guild.bootstrap import Guild
    from guild.domain.ids import RunId
    from guild.domain.run import Run
    from guild.domain.runcolumns import RunColumns

__all__ = ["RunsDataFrame", "RunsSeries", "runs_frame"]

_RUN = "run"


class _Runs:
    """What frames and rows of runs can do. What is gone is passed over."""

    def _cells(self) -> list[RunIndex]:
        """The runs.

        Raises:
            ValueError: If there is nothing that tells them.
        """
        raise NotImplementedError

    def delete(self, permanent: bool = False) -> list[str]:
        """Delete the runs; those that are running are stopped first.

        Args:
            permanent: Whether they are removed for good instead of moved to the trash.

        Returns:
            Ids of those that were deleted by this call.

        Raises:
            GuildError: If a run can't be stopped. None is deleted then.
            TypeError: If `permanent` is no truth value.
        """
        permanent = bool(truth_given("permanent", permanent))
        with _of(self._cells()) as (guild, runs, deleted):
            if deleted:
                removed = guild.delete_runs.purge(runs) if permanent else []
            else:
                removed = guild.delete_runs.delete(runs, permanent=permanent)
            return [str(run.id) for run in removed]

    def info(self, output: bool = False, scalars: bool = False) -> None:
        """Print what is known of the first run, as it is now.

        Args:
            output: Whether what it wrote is printed, too.
            scalars: Whether its scalars are, with the last value of each.
        """
        from guild.adapters.ipy.info import info_lines

        with _of(self._cells()[:1]) as (guild, runs, _):
            for run in runs:
                print(*info_lines(guild, run, output=output, scalars=scalars), sep="\n")  # noqa: T201

    def label(
        self,
        set: str | None = None,
        *,
        append: str | None = None,
        prepend: str | None = None,
        remove: str | Iterable[str] | None = None,
        clear: bool = False,
    ) -> list[str]:
        """Change the labels of the runs, as `guild label` does.

        Args:
            set: The new label, which may refer to flags, as in `lr is ${lr}`.
            append, prepend: Text to put after or before the label.
            remove: Parts to take out of it.
            clear: Whether the label goes.

        Returns:
            Ids of the runs.

        Raises:
            ValueError: If not one of these is given.
            TypeError: If a label is no text.
        """
        from guild.app.edit_runs import LabelChange

        removed = texts_given("remove", remove)
        clear = bool(truth_given("clear", clear))
        for name, value in (("set", set), ("append", append), ("prepend", prepend)):
            text_given(name, value)
        if sum(map(bool, (set is not None, append, prepend, removed, clear))) != 1:
            raise ValueError("one of set, append, prepend, remove and clear must be given")
        change = LabelChange(set=set, append=append, prepend=prepend, remove=removed, clear=clear)
        with _of(self._cells()) as (guild, runs, _):
            return [str(run.id) for run in guild.edit_runs.label(runs, change)]

    def tag(
        self,
        add: str | Iterable[str] | None = None,
        *,
        delete: str | Iterable[str] | None = None,
        clear: bool = False,
        sync_labels: bool = False,
    ) -> list[str]:
        """Change the tags of the runs, as `guild tag` does.

        Args:
            add, delete: Tags.
            clear: Whether all other tags go.
            sync_labels: Whether labels get and lose the tags, too.

        Returns:
            Ids of the runs.

        Raises:
            ValueError: If neither tags nor `clear` are given.
            TypeError: If a tag is no text.
        """
        from guild.app.edit_runs import TagChange

        change = TagChange(
            add=texts_given("add", add),
            delete=texts_given("delete", delete),
            clear=bool(truth_given("clear", clear)),
            sync_labels=bool(truth_given("sync_labels", sync_labels)),
        )
        if not (change.add or change.delete or change.clear):
            raise ValueError("one of add, delete and clear must be given")
        with _of(self._cells()) as (guild, runs, _):
            return [str(run.id) for run in guild.edit_runs.tag(runs, change)]

    def guild_flags(self) -> pd.DataFrame:
        """Flags: a column for each, in the order of their names, then `run` with full ids."""
        from guild.adapters.ipy.tables import flags_table

        cells = self._cells()
        with _home_of(cells) as (guild, deleted), without_collection():
            return flags_table(guild, _ids(cells), deleted=deleted)

    def scalars(self) -> pd.DataFrame:
        """Summaries of scalars: a row for each scalar of a run."""
        from guild.adapters.ipy.tables import scalars_table

        cells = self._cells()
        with _home_of(cells) as (guild, deleted), without_collection():
            return scalars_table(guild, _ids(cells), deleted=deleted)

    def scalars_detail(self) -> pd.DataFrame:
        """All values of scalars: a row for each, in the order in which they were written."""
        from guild.adapters.ipy.tables import values_table

        with _of(self._cells()) as (guild, runs, _):
            return values_table(guild, runs)

    def compare(self) -> pd.DataFrame:
        """Runs side by side: what they are, their flags, the last values of their scalars."""
        from guild.adapters.ipy.tables import comparison

        cells = self._cells()
        with _home_of(cells) as (guild, deleted), without_collection():
            return comparison(guild, _ids(cells), deleted=deleted)


class RunsDataFrame(_Runs, pd.DataFrame):  # type: ignore[misc]  # not the compare of pandas
    """Runs, each a row. Parts of it know what they are parts of."""

    @property
    def _constructor(self) -> type[RunsDataFrame]:
        return RunsDataFrame

    @property
    def _constructor_sliced(self) -> type[RunsSeries]:
        return RunsSeries

    def _cells(self) -> list[RunIndex]:
        if _RUN not in self.columns:
            raise ValueError("there is no column 'run', which tells the runs")
        return _checked(list(self[_RUN]))

    def info(  # type: ignore[override]  # of runs
        self, output: bool = False, scalars: bool = False, **options: Any
    ) -> None:
        """Print what is known of the first run: see `RunsSeries.info`.

        With options of `pandas.DataFrame.info` the frame itself is told, as that does.
        """
        if options:
            pd.DataFrame.info(self, **options)
        else:
            _Runs.info(self, output, scalars)


class RunsSeries(_Runs, pd.Series):  # type: ignore[misc]  # not the compare of pandas
    """One run, a row of a `RunsDataFrame`; or a column of it."""

    @property
    def _constructor(self) -> type[RunsSeries]:
        return RunsSeries

    @property
    def _constructor_expanddim(self) -> type[RunsDataFrame]:
        return RunsDataFrame

    def __getitem__(self, key: Any) -> Any:
        """A value by its name, or else by its place."""
        if isinstance(key, int) and not isinstance(key, bool) and _RUN in self.index:
            return self.iloc[key]
        return super().__getitem__(key)

    def _cells(self) -> list[RunIndex]:
        if _RUN in self.index:
            return _checked([super().__getitem__(_RUN)])
        return _checked(list(self))

    def info(  # type: ignore[override]  # of runs
        self, output: bool = False, scalars: bool = False, **options: Any
    ) -> None:
        """Print what is known of the run, as it is now.

        Args:
            output: Whether what it wrote is printed, too.
            scalars: Whether its scalars are, with the last value of each.
            options: Those of `pandas.Series.info`, which is called with them.
        """
        if options:
            pd.Series.info(self, **options)
        else:
            _Runs.info(self, output, scalars)


def runs_frame(columns: RunColumns, home: str, *, deleted: bool) -> RunsDataFrame:
    """The frame of `ipy.runs()`.

    Args:
        columns: The runs, in the order of the rows.
        home: Absolute path of their Guild home.
        deleted: Whether they are in its trash.
    """
    return RunsDataFrame(
        table(
            {
                _RUN: objects(run_cells(columns, home, deleted=deleted)),
                "operation": objects(columns.operation),
                "started": local_times(columns.started),
                "status": objects(columns.status),
                "label": objects(columns.label),
            }
        ),
        copy=False,
    )


def _checked(cells: list[Any]) -> list[RunIndex]:
    """The runs, each once: frames that were joined may have one several times."""
    if not set(map(type, cells)) <= {RunIndex}:
        raise ValueError("what should be runs are other values")
    each_once = {(cell.frame.home, cell.frame.deleted, cell.id): cell for cell in cells}
    return list(each_once.values())


def _ids(cells: Sequence[RunIndex]) -> list[RunId]:
    from guild.domain.ids import RunId

    return [RunId(cell.id) for cell in cells]


@contextmanager
def _home_of(cells: Sequence[RunIndex]) -> Iterator[tuple[Guild, bool]]:
    """The home that runs are in, and whether they are in its trash.

    Raises:
        ValueError: If that is not the same for all of them.
    """
    places = {(cell.frame.home, cell.frame.deleted) for cell in cells}
    if len(places) > 1:
        raise ValueError("the runs are of several homes, or some of the trash: ask for each apart")
    home, deleted = places.pop() if places else (None, False)
    with opened(home) as guild:
        yield guild, deleted


@contextmanager
def _of(cells: Sequence[RunIndex]) -> Iterator[tuple[Guild, list[Run], bool]]:
    """The runs as they are now, with their home."""
    from guild.domain.errors import NoSuchRun

    with _home_of(cells) as (guild, deleted):
        runs = []
        for cell in cells:
            try:
                runs.append(guild.store.at(cell.path))
            except NoSuchRun:
                continue
        yield guild, runs, deleted
