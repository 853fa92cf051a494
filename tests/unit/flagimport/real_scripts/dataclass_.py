"""Scripts whose options are fields of dataclasses, and some that only running tells about."""

from __future__ import annotations

__all__ = ["BY_EXECUTION", "DATACLASSES", "STAND_IN"]

_DATACLASSES = '''\
import dataclasses
from argparse import ArgumentParser
from dataclasses import dataclass, field
from enum import Enum
from typing import List, Literal, Optional
class Kind(Enum):
    A = "a"
    B = "b"
@dataclass
class Model:
    """Of the model."""
    name: str = field(metadata={"help": "Name."})
    lr: float = field(default=1e-3, metadata={"help": "Rate."})
    steps: int = 5 * 8
    fast: bool = False
    slow: bool = field(default=True, metadata={"help": "Slow."})
    maybe: Optional[int] = None
    kind: Kind = Kind.B
    letter: Literal["a", "b"] = "b"
    sizes: List[int] = field(default_factory=lambda: [1, 2])
'''

_HF = """
from transformers import HfArgumentParser
@dataclass
class More(Model):
    seed: int = 42
(parsed,) = HfArgumentParser(More).parse_args_into_dataclasses()
show(dataclasses.asdict(parsed))
"""

_BY_FIELDS = """
parser = ArgumentParser()
for one in dataclasses.fields(Model):
    if one.type in (int, float, str):
        required = one.default is dataclasses.MISSING
        given = {} if required else {"default": one.default}
        parser.add_argument(f"--{one.name}", type=one.type, required=required, **given)
args = parser.parse_args()
show(vars(args))
"""

DATACLASSES = {
    "dataclasses": _DATACLASSES + _HF,
}

BY_EXECUTION = {
    "fields of a dataclass": _DATACLASSES + _BY_FIELDS,
    "options from the environment": """\
        import argparse, json, os
        p = argparse.ArgumentParser()
        for name in sorted(set(os.environ) & {"PATH"}):
            p.add_argument("--" + name.lower(), default="x", help="A path of %(prog)s.")
        p.add_argument("--n", type=int, default=1)
        p.add_argument("--fast", type=lambda s: s.lower() == "true", default=True)
        p.add_argument("--own", type=eval, default=False)
        p.add_argument("--loaded", type=json.loads, default=True)
        group = p.add_mutually_exclusive_group()
        group.add_argument("--steps", type=int, default=1000)
        group.add_argument("--hours", type=float, default=0.5)
        args = p.parse_args()
        show(vars(args))
        """,
}

STAND_IN = '''\
"""A stand-in for `transformers`: the part of its parser that scripts use."""

import dataclasses
from argparse import ArgumentParser, ArgumentTypeError
from enum import Enum
from typing import Literal, Union, get_args, get_origin


def _boolean(text):
    if text.lower() in ("yes", "true", "t", "y", "1"):
        return True
    if text.lower() in ("no", "false", "f", "n", "0"):
        return False
    raise ArgumentTypeError(f"Truthy value expected: got {text}")


class HfArgumentParser(ArgumentParser):
    def __init__(self, dataclass_types, **kwargs):
        super().__init__(**kwargs)
        self._classes = [dataclass_types]
        for cls in self._classes:
            for one in dataclasses.fields(cls):
                self._add(one)

    def _add(self, one):
        given = dict(one.metadata)
        kind = one.type
        if get_origin(kind) is Union:
            kind = next(part for part in get_args(kind) if part is not type(None))
        default = one.default
        if default is dataclasses.MISSING and one.default_factory is not dataclasses.MISSING:
            default = one.default_factory()
        if default is not dataclasses.MISSING:
            given["default"] = default
        elif kind is not bool:
            given["required"] = True
        if get_origin(kind) is Literal:
            given["choices"] = list(get_args(kind))
            kind = type(given["choices"][0])
        elif isinstance(kind, type) and issubclass(kind, Enum):
            given["choices"] = [member.value for member in kind]
            given["default"] = default.value
            kind = type(given["choices"][0])
        elif get_origin(kind) is list:
            kind = get_args(kind)[0]
            given["nargs"] = "+"
        elif kind is bool:
            kind = _boolean
            given.setdefault("default", False)
            given.update(nargs="?", const=True)
        self.add_argument(f"--{one.name}", type=kind, **given)
        if kind is _boolean and given["default"] is True:
            self.add_argument(f"--no_{one.name}", action="store_false", dest=one.name)

    def parse_args_into_dataclasses(self):
        given = vars(self.parse_args())
        return tuple(cls(**given) for cls in self._classes)
'''
