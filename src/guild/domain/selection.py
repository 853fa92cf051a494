"""Which runs are meant: filters, and the words that name runs in a command."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from guild.domain.errors import GuildError, NoSuchRun
from guild.domain.ids import RunId, match_prefix
from guild.domain.record import Record
from guild.domain.run import Run
from guild.domain.status import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.domain.comment import Comment

    # Loaded only by commands that are given such a filter.
    from guild.domain.filtertree import Filter
    from guild.domain.timerange import TimeRange

__all__ = [
    "RunFilter",
    "comments_have",
    "label_has",
    "operation_matches",
    "place_of",
    "select_id",
    "select_ids",
]

_NONE = "-"
"""Stands for no label, or no comment."""


class RunFilter(Record):
    """What runs must have. A run must pass all that is set; of several values any one will do.

    Attributes:
        operations: Operations, as `operation_matches` understands them.
        labels: Texts that are part of the label; `-` for no label.
        unlabeled: Whether a run must have no label.
        tags: Whole tags.
        comments: Texts that occur in a comment's body, user or host, in any case; `-` for no
            comments.
        marked, unmarked: Whether a run must be marked, or must not.
        started: When it was started, or else made.
        digest: What the digest of the source code starts with; empty for anything.
        statuses: Any of these; empty for any status.
        not_statuses: None of these.
        expression: Judged last, as it may need what is costly to read.
    """

    operations: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    unlabeled: bool = False
    tags: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    marked: bool = False
    unmarked: bool = False
    started: TimeRange | None = None
    digest: str = ""
    statuses: frozenset[Status] = frozenset()
    not_statuses: frozenset[Status] = frozenset()
    expression: Filter | None = None

    @property
    def passes_all(self) -> bool:
        """Whether nothing is set."""
        return not (
            self.operations
            or self.labels
            or self.unlabeled
            or self.tags
            or self.comments
            or self.marked
            or self.unmarked
            or self.started is not None
            or self.digest
            or self.statuses
            or self.not_statuses
            or self.expression is not None
        )

    def matches(self, run: Run, lookup: Callable[[str], object] | None = None) -> bool:
        """Whether a run passes.

        Args:
            lookup: Values of the run for the expression; needed only if there is one.
        """
        if not self._passes_without_expression(run):
            return False
        if self.expression is None:
            return True
        if lookup is None:
            raise TypeError("a filter with an expression needs a lookup")
        return self.expression.matches(lookup)

    def _passes_without_expression(self, run: Run) -> bool:
        return (
            self._has_status(run.status)
            and _any_or_unset(self.operations, lambda op: operation_matches(op, run.operation))
            and _any_or_unset(self.labels, lambda text: label_has(run.label, text))
            and not (self.unlabeled and run.label)
            and _any_or_unset(self.tags, lambda tag: tag in run.tags)
            and _any_or_unset(self.comments, lambda text: comments_have(run.comments, text))
            and not (self.marked and not run.marked)
            and not (self.unmarked and run.marked)
            and self._is_in_time(run)
            and (run.sourcecode_digest or "").startswith(self.digest)
        )

    def _has_status(self, status: Status) -> bool:
        wanted = not self.statuses or status in self.statuses
        return wanted and status not in self.not_statuses

    def _is_in_time(self, run: Run) -> bool:
        if self.started is None:
            return True
        return run.timestamp is not None and self.started.contains(run.timestamp)


def _any_or_unset(wanted: Sequence[str], passes: Callable[[str], bool]) -> bool:
    return not wanted or any(map(passes, wanted))


def label_has(label: str, text: str) -> bool:
    """Whether a label is what a filter wants; see `RunFilter.labels`."""
    return not label if text == _NONE else text in label


def comments_have(comments: Sequence[Comment], text: str) -> bool:
    """Whether comments are what a filter wants; see `RunFilter.comments`."""
    if text == _NONE:
        return not comments
    parts = [part for comment in comments for part in (comment.user, comment.host, comment.body)]
    return text.lower() in "\n".join(parts).lower()


# A batch's name ends in `+` and the optimizer, whose own name may have `:` or `/` in it.
_OPERATION = r"(?s:(?:(?P<package>[^+]*)/)?(?:(?P<model>[^:/+]*):)?(?P<op>[^:/+]*(?:\+.*)?))"


def operation_matches(spec: str, operation_name: str) -> bool:
    """Whether a user who writes `spec` means the operation of this name.

    A spec that starts with `^` or ends with `$` is a regular expression, found anywhere in
    the name; one that is not valid matches nothing. Any other is split like the name into
    package, model and operation (`package/model:operation`). A part that the spec lacks may
    be anything (`train` matches `cnn:train`, `cnn:` all operations of that model); a part
    with `*` is a pattern; any other must be equal. A spec without any part matches nothing.
    """
    if spec.startswith("^") or spec.endswith("$"):
        import re  # here and below: most commands ask for no operation

        try:
            return re.search(spec, operation_name) is not None
        except (re.error, OverflowError, RecursionError):
            return False
    if spec == operation_name:
        return True
    wanted = _parts(spec)
    actual = _parts(operation_name)
    if wanted is None or actual is None or not any(wanted):
        return False
    return all(map(_part_matches, wanted, actual))


def _parts(name: str) -> tuple[str, ...] | None:
    import re

    match = re.fullmatch(_OPERATION, name)
    return tuple(part or "" for part in match.groups()) if match else None


def _part_matches(wanted: str, actual: str) -> bool:
    if "*" in wanted:
        import re

        return re.fullmatch(".*".join(map(re.escape, wanted.split("*"))), actual, re.S) is not None
    return not wanted or wanted == actual


def select_ids(ids: Sequence[RunId], specs: Sequence[str], *, hint_command: str) -> list[RunId]:
    """The ids of the runs that specs name, in the order of the specs, each once.

    A spec is the 1-based index of a run (`3`), an inclusive range of them (`2:5`, `2:`, `:5`,
    `:`), or what a run's id starts with; digits are an index if there is such a one. A range
    that starts after its end names nothing, one that ends after the last run is not a range.

    Args:
        ids: What there is to choose from, in the order that indexes count.
        hint_command: Command whose help is recommended in errors, such as `runs info`.

    Raises:
        NoSuchRun: If a spec names no run.
        AmbiguousRun: If several ids start with a spec.
    """
    selected: dict[RunId, None] = {}
    for spec in specs:
        selected.update(dict.fromkeys(_named(ids, spec, hint_command)))
    return list(selected)


def select_id(ids: Sequence[RunId], spec: str | None, *, hint_command: str) -> RunId:
    """The id of the one run that a spec names, or the first if there is no spec.

    Specs and arguments are as for `select_ids`; a range must cover a single run.

    Raises:
        GuildError: If there are no runs, or the spec names a range of several.
        NoSuchRun: If the spec names no run.
        AmbiguousRun: If several ids start with it.
    """
    if not ids:
        raise GuildError("no matching runs")
    if spec is None:
        return ids[0]
    named = _named(ids, spec, hint_command)
    if not named:
        raise _no_such_run(spec, hint_command)
    if len(named) > 1:
        raise GuildError(
            f"'{spec}' is a range of {len(named)} runs but only one run can be used",
            "Specify the run by its index or by the start of its ID.",
        )
    return named[0]


_MAX_DIGITS = 18  # of indexes


def place_of(spec: str) -> int | None:
    """The place of the run whose index a spec would be, from 0; None if it can't be one."""
    return int(spec) - 1 if _is_number(spec) and int(spec) >= 1 else None


def _is_number(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) <= _MAX_DIGITS


def _span(spec: str, count: int) -> range | None:
    """Places of the runs that a range names, from 0; None for what is no range."""
    first, colon, last = spec.partition(":")
    if not colon or not all(_is_number(text) for text in (first, last) if text):
        return None
    start, end = int(first or 1), int(last or count)
    return range(start - 1, end) if start >= 1 and end <= count else None


def _is_index(spec: str, count: int) -> bool:
    return _is_number(spec) and 1 <= int(spec) <= count


def _named(ids: Sequence[RunId], spec: str, hint_command: str) -> Sequence[RunId]:
    if _is_index(spec, len(ids)):
        return ids[int(spec) - 1 : int(spec)]
    span = _span(spec, len(ids))
    if span is not None:
        return ids[span.start : span.stop]
    try:
        return [match_prefix(spec, ids)]
    except NoSuchRun:
        raise _no_such_run(spec, hint_command) from None


def _no_such_run(spec: str, hint_command: str) -> NoSuchRun:
    return NoSuchRun(
        spec,
        f"Try 'guild runs list' for a list or 'guild {hint_command} --help' for more information.",
    )
