"""What a guild.yml says becomes what operations are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given

from guild.adapters.guildfile.forms import FlagForm, OperationForm, attribute_names
from guild.adapters.guildfile.loader import load_guildfile
from guild.adapters.guildfile.scalars import plain_scalar
from guild.domain import flagyaml
from guild.domain.dependency import Rename, Resource, Select
from guild.domain.errors import GuildError
from guild.domain.guildfile import Guildfile, OperationDef
from guild.domain.sourcecode import RuleKind, SourceRule
from guild.domain.yamltext import is_plain
from tests.strategies import exactly_same, nasty_text

Load = Callable[..., Guildfile]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Loads a text as guild.yml, with further files by name."""

    def loaded(text: str, **files: str) -> Guildfile:
        for name, content in {"guild": text, **files}.items():
            path = tmp_path / f"{name.replace('__', '/')}.yml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return load_guildfile(str(tmp_path / "guild.yml"))

    return loaded


def _op(guildfile: Guildfile, name: str, model: int = 0) -> OperationDef:
    [found] = [op for op in guildfile.models[model].operations if op.name == name]
    return found


@given(nasty_text().filter(lambda text: is_plain(text, flow=True) or text.isalnum()))
def test_scalars_are_those_of_flags(text: str) -> None:
    try:
        expected = flagyaml.load(text)
    except ValueError:
        return

    assert exactly_same(plain_scalar(text), expected)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e3", 1000.0), ("1E-3", 0.001), (".5", 0.5), ("1.", 1.0), ("-.inf", float("-inf")),
        ("1_000", "1_000"), ("1:10", "1:10"), ("2020-01-01", "2020-01-01"), ("0x1F", 31),
        ("010", 10), ("0o17", "0o17"), ("+1", 1), ("yes", True), ("Off", False), ("y", "y"),
        ("~", None), ("Null", None), ("none", "none"), ("inf", "inf"), ("1a", "1a"), ("", None),
        ("=", "="),
    ],
)  # fmt: skip
def test_plain_scalars(text: str, value: object) -> None:
    assert plain_scalar(text) == value
    assert type(plain_scalar(text)) is type(value)


def test_empty_file_has_no_models(load: Load) -> None:
    assert load("").models == ()


def test_lines_digest_and_path(load: Load, tmp_path: Path) -> None:
    guildfile = load("# first\na: x\n\nb:\n  main: y\n")

    assert guildfile.path == f"{tmp_path}/guild.yml"
    assert len(guildfile.digest) == 32
    assert [op.line for op in guildfile.models[0].operations] == [2, 4]


@pytest.mark.parametrize(
    ("name", "main"), [("train", "train"), ("prepare-data", "prepare_data"), ("a.py", "a")]
)
def test_main_is_the_name_by_default(name: str, main: str, load: Load) -> None:
    assert _op(load(f"{name}:\n"), name).main == main


def test_text_is_main_and_notebooks_go_by_their_name(load: Load) -> None:
    guildfile = load("a: train --fixed 1\nb.ipynb: {}\nc: {notebook: d.ipynb}\n")

    assert _op(guildfile, "a").main == "train --fixed 1"
    assert (_op(guildfile, "b.ipynb").main, _op(guildfile, "b.ipynb").notebook) == (
        None,
        "b.ipynb",
    )
    assert _op(guildfile, "c").notebook == "d.ipynb"


@pytest.mark.parametrize(
    ("ways", "kept", "ignored"),
    [
        ("exec: a, main: b", "exec", "main"),
        ("exec: a, steps: [b]", "exec", "steps"),
        ("main: a, steps: [b]", "main", "steps"),
    ],
)
def test_one_way_to_run_counts(ways: str, kept: str, ignored: str, load: Load) -> None:
    guildfile = load(f"op: {{{ways}}}")

    assert getattr(_op(guildfile, "op"), ignored) is None
    [warning] = map(str, guildfile.warnings)
    assert f"'{kept}' and '{ignored}' both specified, ignoring '{ignored}'" in warning
    assert ":1: " in warning


def test_empty_steps_say_nothing(load: Load) -> None:
    guildfile = load("train: {steps: []}\np: {main: a, steps: []}\n")

    assert (_op(guildfile, "train").main, _op(guildfile, "train").steps) == ("train", None)
    assert _op(guildfile, "p").main == "a"
    assert guildfile.warnings == ()


def test_steps_are_kept_as_written(load: Load) -> None:
    assert _op(load("p: {steps: [a, {run: b, flags: {lr: 1e-3}}]}"), "p").steps == (
        "a",
        {"run": "b", "flags": {"lr": 0.001}},
    )


def test_steps_may_share_pipelines_and_be_named_like_programs(load: Load) -> None:
    guildfile = load(
        "a: {steps: [b, c, b]}\nb: {steps: [d, d.py, '${x}', {run: '3'}]}\nc: {steps: [b]}\nd: x\n"
    )

    assert len(guildfile.models[0].operations) == 4


def test_long_chain_of_pipelines_is_no_cycle(load: Load) -> None:
    text = "".join(f"p{n}: {{steps: [p{n + 1}]}}\n" for n in range(2000))

    assert len(load(text).models[0].operations) == 2000


def test_flags_and_what_is_said_of_them(load: Load) -> None:
    op = _op(
        load(
            "t:\n  flags:\n    lr: 1e-3\n    b: {choices: [1, {value: 2, alias: two}], min: 0,"
            " type: , nb-replace: 'x = (.*)', other: [1]}\n    a: null\n"
        ),
        "t",
    )

    assert [flag.name for flag in op.flags] == ["a", "b", "lr"]
    _, b, lr = op.flags
    assert lr.default == 0.001
    assert [(choice.value, choice.alias) for choice in b.choices] == [(1, None), (2, "two")]
    assert (b.min, b.type) == (0, None)
    assert b.extra == {"nb-replace": "x = (.*)", "other": [1]}
    assert op.said == {
        "a": {"default"},
        "b": {"choices", "min", "nb-replace", "other"},
        "lr": {"default"},
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True), ("all", True), ("no", False), ("[]", False), ("[a, b]", ("a", "b")),
        ("null", None),
    ],
)  # fmt: skip
def test_flags_import(text: str, value: object, load: Load) -> None:
    assert _op(load(f"t: {{flags-import: {text}}}"), "t").flags_import == value


def test_optimizers_in_all_forms(load: Load) -> None:
    guildfile = load(
        "a: {optimizer: gp}\nb: {optimizer: {algorithm: gp, kappa: 1.5}}\n"
        "c: {optimizers: [gp, forest]}\nd: {optimizer: yes}\n"
        "e: {optimizers: {fast: {algorithm: forest, default: yes, xi: 0.1}, gp: {}, t: tpe}}\n"
    )

    def told(name: str) -> list[tuple[str, str, bool, dict[str, object]]]:
        return [
            (o.name, o.algorithm, o.default, dict(o.flags))
            for o in _op(guildfile, name).optimizers
        ]

    assert told("a") == [("gp", "gp", True, {})]
    assert told("b") == [("gp", "gp", True, {"kappa": 1.5})]
    assert [name for name, *_ in told("c")] == ["forest", "gp"]
    assert told("e") == [
        ("fast", "forest", True, {"xi": 0.1}),
        ("gp", "gp", False, {}),
        ("t", "tpe", False, {}),
    ]
    assert _op(guildfile, "d").is_optimizer
    assert not _op(guildfile, "a").is_optimizer


@pytest.mark.parametrize(
    ("text", "column", "maximize"),
    [("acc", "acc", False), ("-acc", "acc", True), ("{maximize: acc}", "acc", True)],
)
def test_objective(text: str, column: str, maximize: bool, load: Load) -> None:
    objective = _op(load(f"t: {{objective: {text}}}"), "t").objective

    assert objective is not None
    assert (objective.column, objective.maximize) == (column, maximize)


def _rule(include: bool, *patterns: str, kind: RuleKind = RuleKind.FILE) -> SourceRule:
    return SourceRule(include=include, patterns=patterns, kind=kind)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("a.py", (_rule(False, "*"), _rule(True, "a.py"))),
        ("[a, b]", (_rule(False, "*"), _rule(True, "a"), _rule(True, "b"))),
        ("[a, {exclude: b}]", (_rule(True, "a"), _rule(False, "b"))),
        ("[{include: {text: [a, b]}}]", (_rule(True, "a", "b", kind=RuleKind.TEXT),)),
        ("{select: {exclude: {dir: d}}}", (_rule(False, "d", kind=RuleKind.DIR),)),
        ("{exclude: d}", (_rule(False, "d"),)),
    ],
)
def test_sourcecode_rules(text: str, rules: tuple[SourceRule, ...], load: Load) -> None:
    assert _op(load(f"t: {{sourcecode: {text}}}"), "t").sourcecode.rules == rules


def test_sourcecode_of_the_model_comes_before_that_of_the_operation(load: Load) -> None:
    guildfile = load(
        "- model: m\n  sourcecode: {root: src, dest: x, digest: no, select: [{include: a}]}\n"
        "  operations:\n    none: {sourcecode: no}\n    own: {sourcecode: {root: lib, select:"
        " [{exclude: b}]}}\n    plain: x\n"
        "- model: none\n  sourcecode: no\n  operations:\n    own: {sourcecode: [{include: a}]}\n"
        "    plain: x\n"
    )

    own = _op(guildfile, "own").sourcecode
    assert (own.root, own.dest, own.digest) == ("lib", "x", False)
    assert own.rules == (_rule(True, "a"), _rule(False, "b"))
    assert _op(guildfile, "none").sourcecode.disabled
    assert _op(guildfile, "plain").sourcecode.rules == (_rule(True, "a"),)
    assert not _op(guildfile, "own", 1).sourcecode.disabled
    assert _op(guildfile, "plain", 1).sourcecode.disabled


def test_requirements(load: Load, tmp_path: Path) -> None:
    op = _op(
        load(
            "- model: m\n  resources:\n    data: [a.txt, {url: 'http://h/b.zip', unpack: no}]\n"
            "  operations:\n    t:\n      requires:\n        - data\n        - resource: o:more\n"
            "        - {operation: prep, select-max: 'm-(\\d+)', rename: 'a(.*) b\\1'}\n"
            "        - {name: both, sources: [x, y], path: p}\n        - data-${set}\n"
            "- model: o\n  resources: {more: {path: d, sources: [c]}}\n"
        ),
        "t",
    )

    data, more, prep, both, later = op.requires
    assert [source.uri for source in data.sources] == ["file:a.txt", "http://h/b.zip"]
    assert data.sources[1].unpack is False
    assert (more.name, more.target_path) == ("more", "d")
    assert prep.name == "operation:prep"
    assert prep.sources[0].select == (Select(pattern="m-(\\d+)", reduce="max"),)
    assert prep.sources[0].rename == (Rename(pattern="a(.*)", repl="b\\1"),)
    assert (both.name, both.target_path, len(both.sources)) == ("both", "p", 2)
    assert (later.name, later.sources, later.among) == ("data-${set}", (), {})
    assert data.roots == prep.roots == (str(tmp_path),)


def test_requirement_named_by_flags_knows_what_it_may_be(load: Load) -> None:
    op = _op(
        load(
            "- model: m\n  resources: {data-a: [a], data-b: [b], c: [c]}\n"
            "  operations: {t: {requires: ['data-${x}', '${m}:data-a']}}\n"
            "- model: o\n  resources: {data-a: [d]}\n"
        ),
        "t",
    )

    own, of_model = op.requires
    assert own.named_by == "data-${x}"
    assert {name: each.sources[0].ref for name, each in own.among.items()} == {
        "data-a": "a",
        "data-b": "b",
    }
    assert {name: each.sources[0].ref for name, each in of_model.among.items()} == {
        "m:data-a": "a",
        "o:data-a": "d",
    }


def test_requirement_of_a_missing_package_is_a_warning(load: Load) -> None:
    guildfile = load("op:\n  requires: nosuchpackage/data\nother: {}\n")

    assert _op(guildfile, "op").requires == (
        Resource(name="nosuchpackage/data", named_by="nosuchpackage/data"),
    )
    assert [(warning.line, warning.message) for warning in guildfile.warnings] == [
        (2, "resource 'nosuchpackage/data' required by operation 'op' is not installed")
    ]


def test_models_inherit_deeply_and_the_earlier_parent_wins(load: Load) -> None:
    guildfile = load(
        "- config: one\n  operations: {t: {flags: {a: 1, b: {default: 1, min: 0}}, tags: [x]}}\n"
        "- config: two\n  extra: {k: two}\n  operations: {t: {flags: {a: 2, c: 2}}, u: x}\n"
        "- model: m\n  extends: [one, two]\n"
        "  operations: {t: {flags: {b: {default: 3}}, tags: [y]}}\n"
    )

    op = _op(guildfile, "t")
    assert {flag.name: flag.default for flag in op.flags} == {"a": 1, "b": 3, "c": 2}
    assert op.flags[1].min == 0
    assert op.tags == ("y",)
    assert [op.name for op in guildfile.models[0].operations] == ["t", "u"]
    assert guildfile.models[0].extra == {"k": "two"}


def test_what_is_inherited_keeps_the_line_where_it_was_written(load: Load) -> None:
    guildfile = load("- model: m\n  extends: c\n- config: c\n  operations:\n    t: x\n")

    assert _op(guildfile, "t").line == 5


def test_params_keep_their_type_and_refer_to_each_other(load: Load) -> None:
    guildfile = load(
        "- config: c\n  params: {p: 1, q: '{{p}}2', on: 'yes'}\n"
        "  operations: {t: {flags: {p: '{{ p }}', q: '{{q}}', r: 'a{{p}}b{{no}}'}}}\n"
        "- model: m\n  extends: c\n  params: {p: 5}\n"
    )

    defaults = {flag.name: flag.default for flag in _op(guildfile, "t").flags}
    assert defaults == {"p": 5, "q": "52", "r": "a5b{{no}}"}


def test_cycle_in_params_leaves_the_reference_and_warns(load: Load) -> None:
    guildfile = load("- model: m\n  params: {p: '{{q}}', q: '{{p}}'}\n  description: '{{p}}'\n")

    assert guildfile.models[0].description == "{{p}}"
    assert any(
        "cycle in 'params' (p -> q -> p)" in warning.message for warning in guildfile.warnings
    )


def test_operation_defaults_fill_whole_attributes(load: Load) -> None:
    guildfile = load(
        "- model: m\n  operation-defaults: {main: d, flags: {a: 1}, label: x}\n"
        "  operations: {t: {flags: {b: 1}}, u: v, w: {exec: e}, n: }\n"
    )

    t, u, w, n = (_op(guildfile, name) for name in "tuwn")
    assert ([flag.name for flag in t.flags], t.main, t.label) == (["b"], "d", "x")
    assert ([flag.name for flag in u.flags], u.main) == (["a"], "v")
    assert (w.exec, w.main, n.main) == ("e", None, "d")
    assert guildfile.warnings == ()


def test_sections_are_included_and_own_entries_win(load: Load) -> None:
    guildfile = load(
        "- config: c\n  flags: {a: {default: 1, min: 0}, ab: 2, b: 3}\n"
        "- model: m\n  operations:\n    base: {flags: {x: 1, y: 2}}\n    t:\n      flags:\n"
        "        $include: ['c#a,b', 'm:base#x']\n        a: 5\n"
        "    p: {steps: [{run: t, flags: {$include: c#ab}}]}\n"
    )

    flags = _op(guildfile, "t").flags
    assert {flag.name: flag.default for flag in flags} == {"a": 5, "b": 3, "x": 1}
    assert flags[0].min == 0
    assert _op(guildfile, "p").steps == ({"run": "t", "flags": {"ab": 2}},)


def test_operations_and_resources_are_included(load: Load) -> None:
    guildfile = load(
        "- config: c\n  operations: {t: {flags: {a: 1}}, u: x}\n  resources: {d: [a]}\n"
        "- model: m\n  operations: {$include: c#t, t: {flags: {b: 1}}}\n"
        "  resources: {$include: c}\n"
    )

    [op] = guildfile.models[0].operations
    assert [flag.name for flag in op.flags] == ["a", "b"]
    assert [resource.name for resource in guildfile.models[0].resources] == ["d"]


def test_files_and_packages_are_included(load: Load) -> None:
    guildfile = load(
        "- include: [sub/a.yml, pkg.inner]\n- model: m\n  extends: [a, pkg2/base]\n",
        sub__a="- include: b.yml\n- config: a\n  operations: {t: x}\n",
        sub__b="- model: first\n",
        pkg__inner__guild="- model: second\n",
        pkg2__guild="- model: base\n  operations: {u: y}\n",
    )

    assert [model.name for model in guildfile.models] == ["first", "second", "m"]
    assert [op.name for op in guildfile.models[2].operations] == ["t", "u"]


def test_resources_are_looked_for_beside_the_files_that_define_them(
    load: Load, tmp_path: Path
) -> None:
    guildfile = load(
        "- model: m\n  extends: pkg/base\n  operations: {t: {requires: [data, pkg/data]}}\n",
        pkg__guild="- model: base\n  resources: {data: [a.txt]}\n",
    )

    own, of_package = _op(guildfile, "t").requires
    assert own.roots == (str(tmp_path), f"{tmp_path}/pkg")
    assert of_package.roots == (f"{tmp_path}/pkg",)


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("t:\n  desciption: x\n", ":2: unexpected operation attribute 'desciption' - did you"),
        ("t:\n  flags:\n    a:\n      chioces: []\n", ":4: unexpected flag attribute 'chioces'"),
        (
            "t:\n  requires:\n    file: a\n    bogus: 1\n",
            ":4: unexpected source attribute 'bogus'",
        ),
        ("- model: m\n  opperations: {}\n", ":2: unexpected model attribute 'opperations'"),
        (
            "t:\n  sourcecode: {foo: 1}\n",
            ":2: unexpected sourcecode attribute(s) in guild.yml: fo",
        ),
        ("t: {main: a}\non-off: {main: a, on: x}\n", ":2: unexpected operation attribute 'on'"),
        (
            "t:\n  flags-dest: globalz\n",
            ":2: unknown flags-dest 'globalz', the program gets no flags"
            " - did you mean 'globals'?",
        ),
        (
            "t:\n  flags-dest: dct:params\n",
            ":2: unknown flags-dest 'dct:params', the program gets no flags"
            " - did you mean 'dict:params'?",
        ),
        (
            "t:\n  flags-dest: args:clik\n",
            ":2: unknown flags-dest 'args:clik', assuming 'args' - did you mean 'args:click'?",
        ),
        (
            "a: {default: yes}\nb:\n  default: yes\n",
            ":3: operations 'a' and 'b' are both the default, 'a' is taken",
        ),
        (
            "- model: b\n  default: yes\n- model: a\n  default: yes\n",
            ":4: models 'b' and 'a' are both the default, 'b' is taken",
        ),
        ("t:\n  flags: {a: {type: flaot}}\n", ":2: unknown flag type 'flaot', assuming 'auto'"),
        ("t:\n  requires: {file: a, path: b, target-path: c}\n", "using target-path"),
        (
            "t:\n  steps:\n    - run: a\n      max_trials: 1\n",
            ":4: unexpected step attribute 'max_trials' - did you mean 'max-trials'?",
        ),
    ],
)
def test_odd_things_are_warned_of_once(text: str, warning: str, load: Load) -> None:
    [given] = map(str, load(text).warnings)

    assert warning in given


def test_inherited_oddity_is_warned_of_once(load: Load) -> None:
    guildfile = load(
        "- config: c\n  operations: {t: {foo: 1}}\n- model: a\n  extends: c\n"
        "- model: b\n  extends: c\n"
    )

    assert len(guildfile.warnings) == 1


def test_mistake_in_a_config_that_no_model_uses_is_told(load: Load) -> None:
    with pytest.raises(GuildError, match=r":3: c.operations.t.tags: invalid tags value 3"):
        load("- config: c\n  operations:\n    t: {tags: 3}\n")


@pytest.mark.parametrize(
    "dest",
    [
        "globals", "args", "args:click", "args:typer", "args:absl", "global:x", "dict:x",
        "namespace:x", "config:a.yml", "none",
    ],
)  # fmt: skip
def test_known_destinations_of_flags_are_not_warned_of(dest: str, load: Load) -> None:
    guildfile = load(f"t: {{flags-dest: '{dest}'}}\n")

    assert guildfile.warnings == ()


_PAGE = Path(__file__).resolve().parents[3] / "docs" / "guildfile.md"


def test_definitions_know_their_file(load: Load, tmp_path: Path) -> None:
    more = """
- config: base
  operations:
    inherited: {main: a, exec: b}
- model: more
  operations:
    own: {main: a, exec: b}
"""
    guildfile = load("- include: more.yml\n- model: m\n  extends: base\n", more=more)

    inherited, own = str(tmp_path / "guild.yml"), str(tmp_path / "more.yml")
    assert {model.name: model.path for model in guildfile.models} == {"m": inherited, "more": own}
    for model in guildfile.models:
        [operation] = model.operations
        assert operation.path == own
        [warning] = guildfile.warnings_about(operation)
        assert (warning.path, warning.line) == (own, operation.line)


@pytest.mark.parametrize("number", range(4))
def test_examples_of_the_page_are_true(number: int, load: Load) -> None:
    text = _PAGE.read_text(encoding="utf-8").split("```yaml\n")[number + 1].split("```")[0]

    guildfile = load(text)

    assert guildfile.warnings == ()
    told = {
        (f"{model.name}:{op.name}", flag.name): (flag.default, flag.min)
        for model in guildfile.models
        for op in model.operations
        for flag in op.flags
    }
    expected = [
        {(":train", "lr"): (0.1, None), (":train", "epochs"): (10, 1)},
        {},
        {("large:train", "size"): (100, None), ("large:train", "name"): ("net-100", None)},
        {("cnn:train", "lr"): (0.2, 0)},
    ]
    assert told == expected[number]


def test_page_names_every_attribute() -> None:
    page = _PAGE.read_text(encoding="utf-8")

    for form in (OperationForm, FlagForm):
        for name in attribute_names(form):
            assert f"`{name}`" in page or f"`{name}," in page, name
