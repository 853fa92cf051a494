"""Which files are source code, and the lines of manifests."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guild.domain.errors import DamagedRun
from guild.domain.filetype import has_text_name, looks_like_text
from guild.domain.manifest import (
    ManifestEntry,
    format_manifest,
    is_safe_run_path,
    parse_manifest,
    parse_manifest_line,
)
from guild.domain.sourcecode import (
    Decision,
    RuleKind,
    Selector,
    SourceLimits,
    SourceRule,
    plain_rules,
    work_tree_rules,
)

SHA1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"

# Names of files are any bytes but NUL: those that are not UTF-8 appear as surrogates.
paths = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
        st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF),
        st.sampled_from(" \n\r'\"\\#$\x85\u2028"),
    ),
    min_size=1,
)
entries = st.one_of(
    st.builds(ManifestEntry, st.just("s"), paths, st.just(SHA1), paths),
    st.builds(
        ManifestEntry, st.sampled_from("di"), paths, st.just("-"), paths, paths | st.just("")
    ),
)


def decide(
    selector: Selector, path: str, size: int = 1, *, text: bool = True, ignored: bool = False
) -> Decision:
    return selector.decide(path, size, lambda: text, lambda: ignored)


def prunes(selector: Selector, path: str, *holding: str, ignored: bool = False) -> bool:
    return selector.prunes(path, lambda held: held in holding, lambda: ignored)


@given(st.lists(entries))
@example([ManifestEntry("s", "a'\nb", SHA1, '"'), ManifestEntry("s", "c", SHA1, "c")])
def test_a_manifest_survives_its_text(listed: list[ManifestEntry]) -> None:
    assert parse_manifest(format_manifest(listed)) == listed


@given(entries)
def test_a_manifest_line_survives_its_text(entry: ManifestEntry) -> None:
    assert parse_manifest_line(format_manifest([entry]).removesuffix("\n")) == entry


def test_a_line_of_the_manifest_is_quoted_words() -> None:
    entry = ManifestEntry("s", "src/a b.py", SHA1, "a b.py")

    assert format_manifest([entry]) == f"s 'src/a b.py' {SHA1} 'a b.py'\n"


@pytest.mark.parametrize(
    "line", ["x a b c", "s a b", "s a b c d", "s 'a b c", "  ", "d a - b c e"]
)
def test_damaged_lines_are_refused_and_hide_no_others(line: str) -> None:
    good = ManifestEntry("s", "a.py", SHA1, "a.py")

    first, second = parse_manifest(f"{line}\n{format_manifest([good])}")

    assert isinstance(first, DamagedRun)
    assert second == good


@given(st.text())
def test_any_text_is_a_manifest_or_damage(text: str) -> None:
    assert all(isinstance(found, ManifestEntry | DamagedRun) for found in parse_manifest(text))


@pytest.mark.parametrize(
    "path",
    ["", "/etc/passwd", "..", "a/../../b", "a/..", ".", "./", "a\0", ".guild", ".guild/opref"],
)
def test_source_stays_in_the_run_and_out_of_what_guild_keeps_there(path: str) -> None:
    assert not is_safe_run_path(path)


@pytest.mark.parametrize("path", ["a.py", "a/b..py", ".guild2", "a/.guild", ".guild/sourcecode/a"])
def test_other_relative_paths_are_safe(path: str) -> None:
    assert is_safe_run_path(path)


def test_outside_a_work_tree_text_up_to_the_size_limit_is_copied() -> None:
    selector = Selector(plain_rules(SourceLimits()))

    assert decide(selector, ".env", 1024 * 1024) is Decision.COPY
    assert decide(selector, "big.txt", 1024 * 1024 + 1) is Decision.TOO_BIG
    assert decide(selector, "model.pt", 1024 * 1024 + 1, text=False) is Decision.SKIP
    assert decide(selector, "x.py", ignored=True) is Decision.SKIP


def test_outside_a_work_tree_the_first_hundred_files_are_copied() -> None:
    selector = Selector(plain_rules(SourceLimits()))

    decisions = [decide(selector, f"{n}.py") for n in range(101)]

    assert decisions == [Decision.COPY] * 100 + [Decision.TOO_MANY]
    assert decide(selector, "image.png", text=False) is Decision.SKIP


@pytest.mark.parametrize(
    "name", [".venv", "build", "sub/dist", "a.egg-info", "__pycache__", "node_modules", ".git"]
)
def test_outside_a_work_tree_directories_of_tools_are_left_out(name: str) -> None:
    assert prunes(Selector(plain_rules(SourceLimits())), name)


def test_build_results_are_left_out_of_python_projects_only() -> None:
    assert not prunes(Selector(plain_rules(SourceLimits(), python=False)), "build")


@pytest.mark.parametrize(
    "marker", [".guild-nocopy", "pyvenv.cfg", "conda-meta", "bin/activate", ".guild/opref"]
)
def test_marked_directories_are_left_out_everywhere(marker: str) -> None:
    assert prunes(Selector(plain_rules(SourceLimits())), "sub/x", marker)
    assert prunes(Selector(work_tree_rules()), "sub/x", marker)
    assert not prunes(Selector(work_tree_rules()), "sub/x")


def test_in_a_work_tree_all_that_is_not_ignored_is_copied() -> None:
    selector = Selector(work_tree_rules())

    assert decide(selector, "data.bin", 10**9, text=False) is Decision.COPY
    assert decide(selector, "data.bin", ignored=True) is Decision.SKIP
    assert decide(selector, "sub/.gitignore") is Decision.SKIP
    assert not prunes(selector, ".github")
    assert not prunes(selector, "build")
    assert prunes(selector, "build", ignored=True)
    assert prunes(selector, ".git")


def test_the_last_rule_that_matches_decides() -> None:
    rules = (
        *plain_rules(SourceLimits()),
        SourceRule(include=False, patterns=("/sub/*.py",)),
        SourceRule(include=True, patterns=("keep.*",)),
        SourceRule(include=False, kind=RuleKind.BINARY, patterns=("keep.bin",)),
    )
    selector = Selector(rules)

    assert decide(selector, "sub/a/b.py") is Decision.SKIP
    assert decide(selector, "a.py") is Decision.COPY
    assert decide(selector, "sub/keep.py") is Decision.COPY
    assert decide(selector, "keep.big", 10**9) is Decision.COPY
    assert decide(selector, "keep.bin", text=False) is Decision.SKIP


def test_a_file_a_later_rule_excludes_is_not_too_big() -> None:
    rules = (*plain_rules(SourceLimits()), SourceRule(include=False, patterns=("*.log",)))

    assert decide(Selector(rules), "a.log", 10**9) is Decision.SKIP


@pytest.mark.parametrize(
    ("path", "known"),
    [("a.py", True), ("a/b.csv", True), ("m.PKL", False), ("Makefile", None), ("png", None)],
)
def test_some_names_say_whether_a_file_is_text(path: str, known: bool | None) -> None:
    assert has_text_name(path) is known


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=50), st.integers(0, 200))
def test_utf8_is_text_wherever_the_sample_is_cut(text: str, end: int) -> None:
    assert looks_like_text(text.encode()[:end])


@pytest.mark.parametrize(
    ("sample", "text"),
    [
        (b"", True),
        ("größe = 1\n".encode("latin-1"), True),
        ("# 日本語のコメント\n".encode("shift-jis"), True),
        (b"a\0b", False),
        ("x".encode("utf-16"), False),
        (b"\x89PNG\r\n\x1a\n", False),
        (bytes(range(1, 255)), False),
        (b"\x01\x02\x03\x04a", False),
    ],
)
def test_data_is_told_from_text_in_old_encodings(sample: bytes, text: bool) -> None:
    assert looks_like_text(sample) is text
