"""Walks by the rules of a project."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guild.adapters.fsstore.snapshot import DirectorySourceCopies
from guild.adapters.fsstore.sourcewalk import find_source
from guild.domain.errors import GuildError
from guild.domain.ids import RunId
from guild.domain.leftout import SourceLimitReached
from guild.domain.operation import SourceSpec
from guild.domain.run import Run
from guild.domain.sourcecode import RuleKind, SourceLimits, SourceRule, plain_rules
from guild.domain.sourcepreview import SourcePreview, SourceReason

LIMITS = SourceLimits(max_size=10, max_files=100)

names = st.sampled_from(["a", "b", "build", ".h", "venv"])
files = st.dictionaries(
    st.builds(
        lambda parents, name: "/".join((*parents, name)),
        st.lists(names, max_size=3),
        st.sampled_from(["x.py", "y.txt", "zz", "pyvenv.cfg"]),
    ),
    st.sampled_from([b"text\n", b"a long text\n", b"\0"]),
    max_size=12,
)
patterns = st.sampled_from(
    [
        *("*", "*.py", "[xy].*", "a", "build", "/b", "/y.txt", "zz"),
        *("a/*", "a/b", "a/b/x.py", "build/*.py", "build/a/*", "venv/x.py", ".h/*"),
        *("?/x.py", "*/zz"),
    ]
)
rules = st.builds(
    SourceRule,
    include=st.booleans(),
    patterns=st.lists(patterns, min_size=1, max_size=2).map(tuple),
    kind=st.sampled_from(RuleKind),
)


def matching(pattern: str, path: str) -> bool:
    if "/" in pattern:
        return fnmatchcase(path, pattern.lstrip("/"))
    return fnmatchcase(path.rpartition("/")[2], pattern)


def parents(path: str) -> list[str]:
    """Directories that a path is in, the outer ones first."""
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


class Expected:
    """The rules as they are told to users, without a thought about speed."""

    def __init__(
        self, tree: Mapping[str, bytes], said: Iterable[SourceRule], *, only: bool
    ) -> None:
        self.tree = tree
        self.dirs = {parent for path in tree for parent in parents(path)}
        self.said = [self.settled(rule) for rule in said]
        self.default = [] if only else list(plain_rules(LIMITS))

    def settled(self, rule: SourceRule) -> SourceRule:
        if rule.kind is RuleKind.DIR:
            return rule
        return SourceRule(
            include=rule.include,
            kind=rule.kind,
            patterns=tuple(
                f"{pattern}/*" if pattern.strip("/") in self.dirs else pattern
                for pattern in rule.patterns
            ),
        )

    def about_dir(self, rule: SourceRule, path: str) -> bool:
        return (
            rule.kind is RuleKind.DIR
            and not rule.ignored
            and any(matching(pattern, path) for pattern in rule.patterns)
            and (not rule.containing or f"{path}/{rule.containing}" in self.tree)
        )

    def about_file(self, rule: SourceRule, path: str) -> bool:
        text = path.endswith((".py", ".txt")) or b"\0" not in self.tree[path]
        return (
            rule.kind is not RuleKind.DIR
            and not rule.ignored
            and any(matching(pattern, path) for pattern in rule.patterns)
            and (rule.kind is RuleKind.FILE or text is (rule.kind is RuleKind.TEXT))
            and (rule.max_size is None or len(self.tree[path]) <= rule.max_size)
        )

    def named(self, path: str) -> bool:
        """Whether an include goes through a directory without a wildcard on the way."""
        for rule in self.said:
            for pattern in rule.patterns if rule.include else ():
                literal = pattern.strip("/")
                for wildcard in "*?[":
                    literal = literal.partition(wildcard)[0]
                if literal.startswith(f"{path}/") or (
                    rule.kind is RuleKind.DIR and literal == path == pattern.strip("/")
                ):
                    return True
        return False

    def copied(self, path: str) -> bool:
        counting = self.default
        for parent in parents(path):
            said = [rule for rule in self.said if self.about_dir(rule, parent)]
            default = [rule for rule in self.default if self.about_dir(rule, parent)]
            if said:
                if not said[-1].include:
                    return False
                counting = self.default
            elif default:
                if not self.named(parent):
                    return False
                counting = []
        found = [rule for rule in (*counting, *self.said) if self.about_file(rule, path)]
        return bool(found) and found[-1].include


@settings(max_examples=150, deadline=None)
@given(files, st.lists(rules, max_size=5), st.booleans())
def test_a_walk_chooses_what_the_rules_say(
    tree: dict[str, bytes], said: list[SourceRule], only: bool
) -> None:
    root = Path(tempfile.mkdtemp())
    for path, data in tree.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    source = SourceSpec(root=str(root), rules=tuple(said), only_rules=only)

    found = find_source(source, (), LIMITS, tell_reasons=True)
    shutil.rmtree(root)

    expected = Expected(tree, said, only=only)
    assert {file.path for file in found.files} == {path for path in tree if expected.copied(path)}
    assert found.reasons is not None
    for path in tree:
        assert any(told in found.reasons for told in (path, *(f"{p}/" for p in parents(path))))


class Project:
    """A project directory and a preview of its source code."""

    def __init__(self, top: Path) -> None:
        self.top = top

    def write(self, *paths: str, content: bytes = b"x\n") -> None:
        for path in paths:
            file = self.top / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    def work_tree(self, *ignored: str) -> None:
        self.write(".git/HEAD")
        self.write(".gitignore", content="\n".join(ignored).encode())

    def preview(
        self,
        *rules: SourceRule,
        needed: tuple[str, ...] = (),
        left_out: tuple[str, ...] = (),
        limits: SourceLimits | None = None,
    ) -> SourcePreview:
        source = SourceSpec(root=str(self.top), rules=rules, needed=needed, left_out=left_out)
        return DirectorySourceCopies((), limits).preview(source)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def include(*patterns: str, kind: RuleKind = RuleKind.FILE) -> SourceRule:
    return SourceRule(include=True, patterns=patterns, kind=kind)


def exclude(*patterns: str, kind: RuleKind = RuleKind.FILE) -> SourceRule:
    return SourceRule(include=False, patterns=patterns, kind=kind)


def test_binary_and_big_files_are_copied_where_a_rule_says_so(project: Project) -> None:
    project.write("model.bin", content=b"\0")
    project.write("big.txt", content=b"x" * 20)

    preview = project.preview(include("model.bin", "big.txt"), limits=LIMITS)

    assert preview.selected == ("big.txt", "model.bin")
    assert preview.left_out is None


def test_an_ignored_directory_is_copied_where_a_rule_about_directories_says_so(
    project: Project,
) -> None:
    project.work_tree("data/")
    project.write("data/a.csv", "data/raw/b.csv")

    preview = project.preview(include("data", kind=RuleKind.DIR))

    assert preview.selected == ("data/a.csv", "data/raw/b.csv")


@pytest.mark.parametrize("ignored", ["data", "data/*", "data/**", "*.csv"])
def test_of_an_ignored_directory_only_what_rules_include_is_copied(
    project: Project, ignored: str
) -> None:
    project.work_tree(ignored)
    project.write("data/a.csv", "data/raw/b.csv", "data/__pycache__/c.csv")
    if ignored != "*.csv":
        project.write("data/notes.txt")

    preview = project.preview(include("data/*.csv"))

    assert preview.selected == ("data/a.csv", "data/raw/b.csv")


def test_a_rule_about_all_directories_does_not_undo_a_later_one(project: Project) -> None:
    project.write("a/x.py", "b/x.py")

    preview = project.preview(
        exclude("*", kind=RuleKind.DIR), include("a", kind=RuleKind.DIR), include("b/x.py")
    )

    assert preview.selected == ("a/x.py",)
    assert preview.reasons["b/"].rule == exclude("*", kind=RuleKind.DIR)


def test_a_project_in_a_virtual_environment_copies_what_it_names(project: Project) -> None:
    project.write("pyvenv.cfg", "lib/a.py", "bin/b.py")

    preview = project.preview(include("lib"))

    assert preview.selected == ("pyvenv.cfg", "lib/a.py")
    assert preview.reasons["bin/"].note == "part of a virtual environment"


def test_rules_count_however_many_files_default_rules_leave_out(project: Project) -> None:
    project.write(*(f"a/{number}.txt" for number in range(1010)), "b/c/x.py")

    preview = project.preview(include("*.py"), limits=SourceLimits(max_files=1))

    assert preview.selected == ("a/0.txt", "b/c/x.py")


def test_dependencies_are_never_copied(project: Project) -> None:
    project.write("a.csv", "data/b.csv", "train.py")

    preview = project.preview(include("*"), left_out=("a.csv", "data", "train.py"))

    assert preview.selected == ()
    assert preview.skipped == ("data/", "a.csv", "train.py")
    assert preview.reasons["data/"] == SourceReason(note="a dependency")


def test_the_program_itself_is_always_copied(project: Project) -> None:
    project.write("train.py", "lib/a.py")

    preview = project.preview(exclude("*"), needed=("train.py", "lib/a.py"))

    assert preview.selected == ("train.py", "lib/a.py")
    assert preview.reasons["train.py"] == SourceReason(note="the program itself")


def test_a_preview_says_why(project: Project) -> None:
    project.write("a.txt", "b.txt", "build/c.py")
    project.write("big.txt", content=b"x" * 20)
    project.write("z.bin", content=b"\0")
    (project.top / "gone").symlink_to("nowhere")
    (project.top / "up").symlink_to("..")

    reasons = project.preview(limits=SourceLimits(max_size=10, max_files=1)).reasons

    texts = reasons["a.txt"].rule
    assert texts is not None
    assert texts.kind is RuleKind.TEXT
    assert reasons["b.txt"] == SourceReason(rule=texts, note="too many")
    assert reasons["big.txt"] == SourceReason(rule=texts, note="too big")
    assert reasons["build/"].rule in plain_rules(LIMITS)
    assert reasons["z.bin"] == SourceReason()
    assert reasons["gone"].note == "a link to nothing"
    assert reasons["up/"].note == "a link to a directory that it is in"


def test_the_copy_goes_where_the_project_says_and_has_no_digest_it_does_not_want(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    project.write("sub/train.py")
    run_dir = tmp_path_factory.mktemp("run")
    (run_dir / ".guild").mkdir()
    source = SourceSpec(root=f"{project.top}/sub", dest="src/code", digest=False)
    events: list[SourceLimitReached] = []

    digest = DirectorySourceCopies().take(
        source, Run(id=RunId("r1"), path=str(run_dir)), events.append
    )

    assert digest is None
    assert (run_dir / "src/code/train.py").read_bytes() == b"x\n"
    assert (run_dir / ".guild/manifest").read_text().startswith("s src/code/train.py ")


def test_a_preview_refuses_what_a_copy_would(project: Project) -> None:
    source = SourceSpec(root=str(project.top), dest="../elsewhere")

    with pytest.raises(GuildError, match="not in the run directory"):
        DirectorySourceCopies().preview(source)
