"""What links of pipelines keep to. Adapters subclass it and give the fixtures."""

from __future__ import annotations

from collections.abc import Callable

from guild.app.ports.steps import StepLinks
from guild.domain.pipeline import LinkKind
from guild.domain.run import Run


class StepLinksContract:
    """Subclasses give `links`, `pipeline`, the run of one, and `make`.

    `make(name)` makes the directory of a run beside it and returns its path; `spoil(name)` puts
    something that is no link where a link is to be.
    """

    def test_there_is_nothing_at_first(self, links: StepLinks, pipeline: Run) -> None:
        state = links.state(pipeline, "a")

        assert state.kind is LinkKind.ABSENT
        assert state.path == f"{pipeline.path}/a"

    def test_a_link_is_broken_until_there_is_a_run(
        self, links: StepLinks, pipeline: Run, make: Callable[[str], str]
    ) -> None:
        links.link(pipeline, "a", "one")
        assert links.state(pipeline, "a").kind is LinkKind.BROKEN

        path = make("one")

        state = links.state(pipeline, "a")
        assert (state.kind, state.target) == (LinkKind.LINKED, path)

    def test_a_link_replaces_another(
        self, links: StepLinks, pipeline: Run, make: Callable[[str], str]
    ) -> None:
        make("one")
        two = make("two")
        links.link(pipeline, "a", "one")

        links.link(pipeline, "a", "two")

        assert links.state(pipeline, "a").target == two

    def test_links_are_told_apart(
        self, links: StepLinks, pipeline: Run, make: Callable[[str], str]
    ) -> None:
        one, two = make("one"), make("two")
        links.link(pipeline, "a", "one")
        links.link(pipeline, "b", "two")

        assert [links.state(pipeline, name).target for name in "ab"] == [one, two]

    def test_something_else_is_no_link(
        self, links: StepLinks, pipeline: Run, spoil: Callable[[str], None]
    ) -> None:
        spoil("a")

        assert links.state(pipeline, "a").kind is LinkKind.OTHER
