"""Child process: run a script up to where it parses its arguments, and write down its parser.

Started as a file of its own, `python dump_parser.py SCRIPT PROJECT_DIR OUT`, by whatever
Python the script is for: nothing but the standard library, and old syntax.
"""

from __future__ import annotations

import sys


def _run(script: str, project_dir: str, out: str) -> None:
    import os

    # The directory of this file must not hide modules of the script's.
    sys.path[0] = os.path.dirname(script)
    if project_dir not in sys.path:
        sys.path.insert(1, project_dir)
    sys.argv = [script]

    import argparse
    import runpy

    def stop(parser: object, *_args: object, **_kwargs: object) -> None:
        _write(_parser(parser), out)
        sys.stdout.flush()
        os._exit(0)

    for name in ("args", "known_args", "intermixed_args", "known_intermixed_args"):
        setattr(argparse.ArgumentParser, "parse_" + name, stop)
    module = _module_name(script, project_dir)
    if module:
        sys.path[0] = project_dir
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(script, run_name="__main__")


def _module_name(script: str, project_dir: str) -> str:
    """Full name of a script in a package of the project; empty for one in no package."""
    import os

    directory, name = os.path.split(script)
    parts = [] if name == "__main__.py" else [name[:-3]]
    if not name.endswith(".py") or not os.path.isfile(os.path.join(directory, "__init__.py")):
        return ""
    while os.path.isfile(os.path.join(directory, "__init__.py")) and directory != project_dir:
        directory, package = os.path.split(directory)
        parts.insert(0, package)
    return ".".join(parts) if directory == project_dir else ""


def _parser(parser: object) -> dict[str, object]:
    options = []
    commands = {}
    groups = getattr(parser, "_mutually_exclusive_groups", ())
    groups = [group._group_actions for group in groups if len(group._group_actions) > 1]
    exclusive = {id(action) for group in groups for action in group}
    for action in parser._actions:  # type: ignore[attr-defined] # an argparse parser
        kind = type(action).__name__
        if kind == "_SubParsersAction":
            commands.update({name: _parser(sub) for name, sub in action.choices.items()})
        elif action.option_strings:
            option = _option(action, kind)
            option["prog"] = getattr(parser, "prog", "")
            option["is_exclusive"] = id(action) in exclusive
            options.append(option)
    return {"options": options, "commands": commands}


def _option(action: object, kind: str) -> dict[str, object]:
    given = vars(action)
    return {
        "strings": list(given["option_strings"]),
        "action": kind,
        "default": _plain(given["default"]),
        "type": _type(given["type"]),
        "choices": None if given["choices"] is None else [_plain(c) for c in given["choices"]],
        "required": bool(given["required"]),
        "nargs": given["nargs"],
        "help": given["help"] or "",
        "dest": given["dest"],
    }


def _type(kind: object) -> list[str]:
    """Name of a type, and how it shows itself if it is neither a function nor the script's."""
    if kind is None:
        return ["", ""]
    name = getattr(kind, "__name__", type(kind).__name__)
    module = getattr(kind, "__module__", "")
    if module == "builtins":
        return [name, repr(kind)]
    if module.startswith("pathlib"):
        return ["str", ""]
    is_function = type(kind).__name__ == "function"
    return [name, "" if is_function or module == "__main__" else repr(kind)]


def _plain(value: object) -> object:
    """A value as JSON can say it; a text for what it can't."""
    import enum
    import os

    if isinstance(value, enum.Enum):
        return _plain(value.value)
    if value is None or isinstance(value, (bool, int, float, str)):
        # A subclass would not survive.
        for kind in (bool, int, float, str):
            if isinstance(value, kind):
                return kind(value)
        return None
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return {"not plain": str(value)}


def _write(found: object, out: str) -> None:
    import json
    import os

    with open(out + ".tmp", "w", encoding="utf-8") as file:
        json.dump(found, file)
    os.replace(out + ".tmp", out)


if __name__ == "__main__":
    _run(*sys.argv[1:4])
