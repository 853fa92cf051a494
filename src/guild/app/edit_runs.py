"""Say something about runs: labels, tags, marks and comments."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from guild.app.settings import Settings
from guild.domain.comment import Comment
from guild.domain.errors import DamagedRun
from guild.domain.flags import FlagSet
from guild.domain.labels import appended, default_label, prepended, removed, render, synced
from guild.domain.record import Record
from guild.domain.run import Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from guild.app.ports.recording import Clock
    from guild.app.ports.run_store import RunStore

__all__ = ["EditRuns", "LabelChange", "TagChange"]


class LabelChange(Record):
    """A change of a label. Texts may refer to flags and to the labels, as in `${lr}`.

    Attributes:
        set: The new label.
        append, prepend: Added behind or before the label.
        remove: Parts taken out of the label.
        clear: Whether the label goes.
    """

    set: str | None = None
    append: str | None = None
    prepend: str | None = None
    remove: tuple[str, ...] = ()
    clear: bool = False

    def applied(self, label: str, flags: FlagSet) -> str:
        """The label that a run has after the change."""
        if self.clear:
            return ""
        values = {**flags, "label": label or None, "default_label": default_label(flags)}
        if self.set is not None:
            return render(self.set, values)
        label = removed(label, self.remove)
        if self.append is not None:
            label = appended(label, render(self.append, values))
        if self.prepend is not None:
            label = prepended(label, render(self.prepend, values))
        return label


class TagChange(Record):
    """A change of tags: first `clear` and `delete`, then `add`.

    Attributes:
        sync_labels: Whether labels lose and get the tags, too.
    """

    add: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()
    clear: bool = False
    sync_labels: bool = False

    def applied(self, tags: Sequence[str]) -> list[str]:
        """The tags that a run has after the change, sorted."""
        kept = set() if self.clear else set(tags) - set(self.delete)
        return sorted(kept | set(self.add))


class EditRuns:
    """Changes what people say about runs. Each run is changed by itself, atomically."""

    def __init__(
        self,
        store: RunStore,
        clock: Clock,
        settings: Settings,
    ) -> None:
        self.store = store
        self.clock = clock
        self.settings = settings

    def label(self, runs: Sequence[Run], change: LabelChange) -> list[Run]:
        """Change labels. Returns the runs."""
        return self._each(
            runs, lambda run: {"label": change.applied(run.label, run.flags) or None}
        )

    def tag(self, runs: Sequence[Run], change: TagChange) -> list[Run]:
        """Change tags. Returns the runs."""

        def attrs(run: Run) -> dict[str, object]:
            tags = change.applied(run.tags)
            found: dict[str, object] = {"tags": tags or None}
            if change.sync_labels:
                gone = [tag for tag in (*run.tags, *change.delete) if tag not in tags]
                found["label"] = synced(run.label, change.add, gone) or None
            return found

        return self._each(runs, attrs)

    def mark(self, runs: Sequence[Run], *, marked: bool = True) -> list[Run]:
        """Mark runs as the ones to use, or take the mark away. Returns them."""
        return self._each(runs, lambda _run: {"marked": True if marked else None})

    def add_comment(
        self, runs: Sequence[Run], body: str, *, user: str | None = None, host: str | None = None
    ) -> list[Run]:
        """Add a comment, by the current user unless another is named."""
        said = Comment(
            body=body,
            time=self.clock(),
            user=self.settings.user if user is None else user,
            host=self.settings.host if host is None else host,
        )
        return self._each(runs, lambda run: _comments((*run.comments, said)))

    def delete_comment(self, runs: Sequence[Run], number: int) -> list[Run]:
        """Delete the comment of a number, counted from 1.

        Returns:
            The runs that had so many comments.
        """
        at = number - 1
        having = [run for run in runs if 0 <= at < len(run.comments)]
        return self._each(
            having, lambda run: _comments((*run.comments[:at], *run.comments[number:]))
        )

    def clear_comments(self, runs: Sequence[Run]) -> list[Run]:
        """Delete all comments. Returns the runs."""
        return self._each(runs, lambda _run: _comments(()))

    def _each(self, runs: Sequence[Run], attrs: Callable[[Run], dict[str, object]]) -> list[Run]:
        """Change every run by what its present state comes to."""
        for run in runs:
            now = self.store.at(run.path)
            change = attrs(now)
            lost = [name for name, value in change.items() if value and name in now.damage]
            if lost:
                raise DamagedRun(
                    f"cannot change the {lost[0]} of run {run.id}: what is there can't be read",
                    "Try 'guild check' for the file, and clear it or mend it first.",
                )
            self.store.update(run, change)
        return list(runs)


def _comments(comments: Sequence[Comment]) -> dict[str, object]:
    stored = [
        {"body": said.body, "host": said.host, "time": said.time, "user": said.user}
        for said in comments
    ]
    return {"comments": stored or None}
