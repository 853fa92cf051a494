"""No part of the program turns data into code, but for those listed, each with its reason."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import guild

_SOURCE = Path(guild.__file__).parent

_MODULES = frozenset(
    (
        "cloudpickle", "code", "dill", "imp", "jsonpickle", "marshal", "pickle", "runpy", "shelve",
    )
)  # fmt: skip
_CALLS = frozenset(("__import__", "compile", "eval", "exec", "execfile", "import_module"))
_YAML_CALLS = frozenset(
    ("full_load", "full_load_all", "load", "load_all", "unsafe_load", "unsafe_load_all")
)
_LOADERS = frozenset(("SourceFileLoader", "SourcelessFileLoader", "spec_from_file_location"))

_RUNS_THE_PROGRAM = "the process of a run, which executes the program of the run"
_OWN_MODULES = "names of this program's own modules, and of libraries that it knows"
_ALLOWED = {
    ("adapters/cli/catalog.py", "__import__"): _OWN_MODULES,
    ("adapters/flagimport/dump_parser.py", "runpy"): "a child that runs the script to its parser",
    ("adapters/fsstore/digests.py", "__import__"): _OWN_MODULES,
    ("adapters/optimizers/apart.py", "pickle"): "a pipe between this process and its own fork",
    ("adapters/optimizers/libraries.py", "import_module"): _OWN_MODULES,
    ("adapters/optimizers/registry.py", "import_module"): _OWN_MODULES,
    ("adapters/runner/debug.py", "compile"): _RUNS_THE_PROGRAM,
    ("adapters/runner/inject.py", "compile"): _RUNS_THE_PROGRAM,
    ("adapters/runner/main.py", "exec"): _RUNS_THE_PROGRAM,
    ("adapters/runner/program.py", "SourceFileLoader"): _RUNS_THE_PROGRAM,
    ("adapters/runner/program.py", "compile"): _RUNS_THE_PROGRAM,
    ("adapters/runner/spawned.py", "SourceFileLoader"): _RUNS_THE_PROGRAM,
    ("adapters/configfiles/yamlfile.py", "yaml.load"): "a loader derived from SafeLoader",
    ("adapters/fsstore/yamlreader.py", "yaml.load"): "a loader derived from SafeLoader",
    ("domain/flagyaml.py", "yaml.load"): "a loader derived from SafeLoader",
}


def test_data_is_turned_into_code_only_where_it_is_meant() -> None:
    found = {
        (str(path.relative_to(_SOURCE)), what)
        for path in _SOURCE.rglob("*.py")
        for what in _suspicious(ast.parse(path.read_text("utf-8")))
    }

    assert found == set(_ALLOWED)


def test_all_loaders_of_yaml_are_safe() -> None:
    import yaml

    from guild.adapters.configfiles import yamlfile
    from guild.adapters.fsstore import yamlreader
    from guild.domain import flagyaml

    safe = (yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    for loader in (yamlfile._ConfigLoader, yamlreader._PlainLoader, flagyaml.FlagLoader):
        assert issubclass(loader, safe)
        assert not {tag for tag in loader.yaml_constructors if tag and "python" in tag}
        assert not {tag for tag in loader.yaml_multi_constructors if tag}


def _suspicious(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names if _is_suspicious(alias.name))
            case ast.ImportFrom(module=str(module), names=names):
                if _is_suspicious(module):
                    yield module
                yield from (alias.name for alias in names if alias.name in _LOADERS)
                if module == "yaml":
                    yield from (f"yaml.{one.name}" for one in names if one.name in _YAML_CALLS)
            case ast.Call(func=ast.Name(id=name)) if name in _CALLS:
                yield name
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=name)):
                if owner == "yaml" and name in _YAML_CALLS:
                    yield f"yaml.{name}"
                elif owner in ("builtins", "importlib") and name in _CALLS | _LOADERS:
                    yield name
            case _:
                pass


def _is_suspicious(module: str) -> bool:
    return module.partition(".")[0] in _MODULES
