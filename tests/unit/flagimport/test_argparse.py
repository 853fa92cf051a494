from __future__ import annotations

import pytest

from guild.domain.flagdef import FlagDef
from tests.unit.flagimport.conftest import Scripts

HEAD = "import argparse\nimport torch\np = argparse.ArgumentParser()\n"
TAIL = "\nargs = p.parse_args()\n"


def added(scripts: Scripts, arguments: str) -> FlagDef:
    """The flag of `add_argument` with these arguments."""
    return scripts.flag(f"{HEAD}p.add_argument({arguments}){TAIL}")


@pytest.mark.parametrize(
    ("arguments", "name", "default", "kind"),
    [
        ("'--lr', default=0.1", "lr", 0.1, None),
        ("'--lr', type=float, default=0.1", "lr", 0.1, "float"),
        ("'-l', '--lr', '--rate', type=int", "lr", None, "int"),
        ("'--n-layers', dest='n', type=str, default='a'", "n-layers", "a", "string"),
        ("'--b', type=bool, default=True", "b", True, "boolean"),
        ("'--f', type=lambda s: s, default=3", "f", 3, None),
        ("'--p', type=__import__, default='x'", "p", "x", None),
        ("'--n', default=5 * 8", "n", 40, None),
        ("'--n', default=-1", "n", -1, None),
        ("'--s', default=argparse.SUPPRESS", "s", None, None),
        ("'--d', default={'a': 1}", "d", None, None),
        ("'--l', default=[1, 2]", "l", None, None),
        ("'--one', nargs=1, default=[1]", "one", 1, None),
        ("'--o', nargs='?', const=1, default=2", "o", 2, None),
        ("'--' + 'x', default=str(3)", "x", "3", None),
        ("*('--x', '-x'), **dict(default=1)", "x", 1, None),
    ],
)
def test_a_stored_value_is_a_flag(
    scripts: Scripts, arguments: str, name: str, default: object, kind: str | None
) -> None:
    found = scripts.read_text(f"{HEAD}p.add_argument({arguments}){TAIL}")
    (flag,) = found.flags

    assert found.dest == "args"
    assert (flag.name, flag.default, flag.type) == (name, default, kind)


@pytest.mark.parametrize(
    "arguments",
    [
        "'data'",
        "'data', nargs='*'",
        "'-x'",
        "'--v', action='count'",
        "'--v', action='append'",
        "'--v', action='store_const', const=1",
        "'--v', action='version', version=torch.__version__",
    ],
)
def test_what_is_no_flag_is_left_out(scripts: Scripts, arguments: str) -> None:
    found = scripts.read_text(f"{HEAD}p.add_argument({arguments}){TAIL}")

    assert (found.flags, found.warnings) == ((), ())


@pytest.mark.parametrize(
    ("action", "default", "arg_name", "arg_switch"),
    [
        ("'store_true'", False, None, True),
        ("'store_false'", True, None, False),
        ("argparse.BooleanOptionalAction", None, "x", True),
        ("argparse.BooleanOptionalAction, default=False", False, "x", True),
        ("argparse.BooleanOptionalAction, default=True", True, "no-x", False),
    ],
)
def test_switches(
    scripts: Scripts, action: str, default: object, arg_name: str | None, arg_switch: bool
) -> None:
    flag = added(scripts, f"'--x', action={action}")

    assert (flag.default, flag.arg_name, flag.arg_switch) == (default, arg_name, arg_switch)
    assert [choice.value for choice in flag.choices] == [True, False]


@pytest.mark.parametrize(
    ("arguments", "default"),
    [
        ("nargs='+', default=[1, 2]", "1 2"),
        ("nargs='*', default=['a b', 'c']", "'a b' c"),
        ("nargs=2, default=(1, 2)", "1 2"),
        ("nargs='+'", None),
        ("nargs='+', default=[]", ""),
        ("nargs=argparse.ONE_OR_MORE, default=['1']", "1"),
        ("action='extend', nargs='+', default=[1]", "1"),
    ],
)
def test_several_values_are_split(scripts: Scripts, arguments: str, default: str) -> None:
    flag = added(scripts, f"'--x', {arguments}")

    assert (flag.default, flag.arg_split) == (default, True)


@pytest.mark.parametrize(
    ("choices", "values"),
    [
        ("['a', 'b']", ["a", "b"]),
        ("('a', 1)", ["a", 1]),
        ("range(1, 4)", [1, 2, 3]),
        ("sorted({'b': 1, 'a': 2})", ["a", "b"]),
        ("{'b': 1, 'a': 2}", ["b", "a"]),
        ("[s.lower() for s in 'AB']", ["a", "b"]),
        ("CHOICES", ["u", "v"]),
        ("list(Color)", ["r", "g"]),
        ("[c.value for c in Color]", ["r", "g"]),
        ("[c.name for c in Color]", ["RED", "GREEN"]),
    ],
)
def test_choices(scripts: Scripts, choices: str, values: list[object]) -> None:
    flag = scripts.flag(
        "import enum\nclass Color(enum.Enum):\n    RED = 'r'\n    GREEN = 'g'\n"
        "CHOICES = f()\nCHOICES = ['u', 'v']\n"
        f"{HEAD}p.add_argument('--x', choices={choices}){TAIL}"
    )

    assert [choice.value for choice in flag.choices] == values


def test_help_required_and_a_members_default(scripts: Scripts) -> None:
    flag = scripts.flag(
        "from enum import Enum\nclass C(Enum):\n    A = 'a'\n"
        f"{HEAD}p.add_argument('--x', default=C.A, required=True, help='X of '\n"
        f" '100%% (%(default)s)'){TAIL}"
    )

    assert flag.required
    assert flag.default == "a"
    assert flag.description.startswith("X of 100% (")


def test_a_function_that_reads_booleans_is_given_true_and_false(scripts: Scripts) -> None:
    flag = scripts.flag(
        "def str2bool(v):\n    return v == 'true'\n"
        f"{HEAD}p.add_argument('--x', type=str2bool, default='true'){TAIL}"
    )

    assert (flag.type, flag.default) == ("boolean", True)
    assert flag.arg_encoding == {"yes": "true", "no": "false"}


def test_an_unsupported_type_is_reported(scripts: Scripts) -> None:
    found = scripts.read_text(f"{HEAD}p.add_argument('--x', type=torch.device){TAIL}")

    assert found.flags[0].type is None
    assert found.warnings == (
        "unsupported flag type <torch.device> for flag x - ignoring type setting",
    )


@pytest.mark.parametrize(
    "body",
    [
        "g = p.add_argument_group('G')\ng.add_argument('--x', default=1)",
        "g = p.add_mutually_exclusive_group()\ng.add_argument('--x', default=1)",
        "g = p.add_argument_group('G').add_mutually_exclusive_group()\n"
        "g.add_argument('--x', default=1)",
        "o = p._action_groups.pop()\no.add_argument('--x', default=1)\np._action_groups.append(o)",
        "p.add_argument('--x')\np.set_defaults(x=1)",
        "p.set_defaults(x=1)\np.add_argument('--x')",
        "def add(parser, default=1):\n    parser.add_argument('--x', default=default)\nadd(p)",
        "def add(parser):\n    parser.add_argument('--x', default=1)\n    return parser\n"
        "p = add(p)",
        "for name in ['x']:\n    p.add_argument('--' + name, default=1)",
        "for name, d in {'x': 1}.items():\n    p.add_argument(f'--{name}', default=d)",
        "[p.add_argument(f'--{n}', default=i) for i, n in enumerate(['x'], 1)]",
        "add = p.add_argument\nadd('--x', default=1)",
        "import functools\nadd = functools.partial(p.add_argument, default=1)\nadd('--x')",
        "D = dict(default=1)\np.add_argument('--x', **D)",
        "with open('x') as f:\n    p.add_argument('--x', default=1)",
        "try:\n    import nope\nexcept ImportError:\n    nope = None\n"
        "p.add_argument('--x', default=1)",
        "if 1 < 2:\n    p.add_argument('--x', default=1)\nelse:\n    p.add_argument('--y')",
        "while True:\n    p.add_argument('--x', default=1)\n    break",
        "global N\nN = 1\np.add_argument('--x', default=N)",
        "def f():\n    global M\n    M = 1\nf()\np.add_argument('--x', default=M)",
        "n = 0\nn += 1\np.add_argument('--x', default=n)",
        "ns = []\nns.append('x')\nfor n in ns:\n    p.add_argument('--' + n, default=1)",
        "p.add_argument('--x', default=(lambda: 1)())",
        "p.add_argument('--x', default=[2, 1][-1:][0])",
        "p.add_argument('--x', default=1 if not [] else 2)",
        "class C:\n    x = 1\np.add_argument('--x', default=C.x)",
        "class C:\n    x: int = 1\nc = C()\np.add_argument('--x', default=c.x)",
    ],
)
def test_ways_to_add_an_option(scripts: Scripts, body: str) -> None:
    found = scripts.read_text(f"{HEAD}{body}{TAIL}")

    own = [flag for flag in found.flags if not flag.extra]
    assert found.warnings == ()
    assert [(flag.name, flag.default) for flag in own] == [("x", 1)]


@pytest.mark.parametrize(
    "script",
    [
        """
        def main():
            parser = argparse.ArgumentParser()
            parser.add_argument("--x")
            args = parser.parse_args()
        if __name__ == "__main__":
            main()
        """,
        """
        def get_args():
            parser = argparse.ArgumentParser()
            parser.add_argument("--x")
            return parser.parse_args()
        def main(args): ...
        main(get_args())
        """,
        """
        def parser_of():
            parser = argparse.ArgumentParser()
            parser.add_argument("--x")
            return parser
        import sys
        def main(argv=None):
            args = parser_of().parse_args(argv)
            return 0
        if __name__ == "__main__":
            sys.exit(main())
        """,
        """
        def get_args_parser(add_help=True):
            parser = argparse.ArgumentParser("s", add_help=add_help)
            parser.add_argument("--x")
            return parser
        if __name__ == "__main__":
            parser = argparse.ArgumentParser("t", parents=[get_args_parser(False)])
            args = parser.parse_args()
        """,
        """
        class Options:
            def __init__(self):
                self.parser = argparse.ArgumentParser()
                self.initialize()
            def initialize(self):
                self.parser.add_argument("--x")
            def parse(self):
                self.opt = self.parser.parse_args()
                return self.opt
        opt = Options().parse()
        """,
        """
        class Parser(argparse.ArgumentParser):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.add()
            def add(self):
                self.add_argument("--x")
        Parser().parse_args()
        """,
        """
        import pytorch_lightning as pl
        class Model(pl.LightningModule):
            @staticmethod
            def add_model_specific_args(parent):
                parser = argparse.ArgumentParser(parents=[parent], add_help=False)
                parser.add_argument("--x")
                return parser
        parser = argparse.ArgumentParser()
        parser = Model.add_model_specific_args(parser)
        parser.parse_args()
        """,
        """
        class Model:
            NAME = "x"
            @classmethod
            def add_argparse_args(cls, parser):
                parser.add_argument("--" + cls.NAME)
                return parser
        Model.add_argparse_args(argparse.ArgumentParser()).parse_args()
        """,
        """
        @record
        def main():
            parser = argparse.ArgumentParser()
            parser.add_argument("--x")
            parser.parse_args()
        launch(main)
        """,
        """
        async def main():
            parser = argparse.ArgumentParser()
            parser.add_argument("--x")
            parser.parse_args()
        import asyncio
        asyncio.run(main())
        """,
        """
        config = argparse.ArgumentParser(add_help=False)
        config.add_argument("--x")
        known, rest = config.parse_known_args()
        parser = argparse.ArgumentParser(parents=[config])
        args = parser.parse_args(rest)
        """,
        """
        from argparse import ArgumentParser as AP, ArgumentDefaultsHelpFormatter as F
        parser = AP(formatter_class=F)
        parser.add_argument("--x")
        ns = parser.parse_args()
        parser.add_argument("--too-late")
        """,
        """
        import argcomplete
        parser = argparse.ArgumentParser()
        parser.add_argument("--x")
        argcomplete.autocomplete(parser)
        print(parser)
        parser.parse_args()
        """,
    ],
)
def test_ways_to_build_and_use_a_parser(scripts: Scripts, script: str) -> None:
    import textwrap

    found = scripts.read_text("import argparse\n" + textwrap.dedent(script))

    assert (found.dest, found.warnings) == ("args", ())
    assert [flag.name for flag in found.flags] == ["x"]


COMMANDS = """\
import argparse
common = argparse.ArgumentParser(add_help=False)
common.add_argument("--seed", type=int, default=0)
parser = argparse.ArgumentParser()
parser.add_argument("--top")
commands = parser.add_subparsers(dest="cmd")
train = commands.add_parser("train", parents=[common], aliases=["t"])
train.add_argument("--lr", default=0.1)
train.set_defaults(func=print)
for name in ("eval", "test"):
    commands.add_parser(name).add_argument("--ckpt")
deep = commands.add_parser("deep").add_subparsers()
deep.add_parser("er").add_argument("--x")
parser.parse_args()
"""


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ((), ["top"]),
        (("train",), ["lr", "seed"]),
        (("t",), ["lr", "seed"]),
        (("--top", "1", "train", "data.csv"), ["lr", "seed"]),
        (("test",), ["ckpt"]),
        (("deep", "er"), ["x"]),
        (("other",), ["top"]),
    ],
)
def test_words_choose_the_sub_command(
    scripts: Scripts, words: tuple[str, ...], names: list[str]
) -> None:
    scripts.write("train.py", COMMANDS)

    assert [flag.name for flag in scripts.read(words=words).flags] == names


def test_constants_beside_a_parser_are_globals(scripts: Scripts) -> None:
    found = scripts.read_text(
        f"SEED = 1\nLR = 2\nn_x = 3\nvar = 4\n_p = 5\n{HEAD}"
        f"p.add_argument('--lr', default=LR)\np.add_argument('--n-x')\n"
        f"p.add_argument('--other', dest='var'){TAIL}"
    )

    assert found.dest == "args"
    assert {flag.name: dict(flag.extra) for flag in found.flags} == {
        "SEED": {"dest": "globals"},
        "lr": {},
        "n-x": {},
        "other": {},
    }


def test_a_given_destination_is_the_only_one(scripts: Scripts) -> None:
    text = f"seed = 1\n{HEAD}p.add_argument('--lr'){TAIL}"

    assert [flag.name for flag in scripts.read_text(text, dest="args").flags] == ["lr"]
    assert [flag.name for flag in scripts.read_text(text, dest="globals").flags] == ["seed"]


@pytest.mark.parametrize("body", ["", "p.parse_args()", "p.add_argument('data')\np.parse_args()"])
def test_without_options_the_globals_are_the_flags(scripts: Scripts, body: str) -> None:
    found = scripts.read_text(f"lr = 1\n{HEAD}{body}\n")

    assert found.dest == "globals"
    assert [(flag.name, dict(flag.extra)) for flag in found.flags] == [("lr", {})]


def test_programs_without_end_are_left(scripts: Scripts) -> None:
    text = (
        "def f(n):\n    g(n)\n    g(n)\n"
        "def g(n):\n    for i in range(10 ** 9):\n        f(i)\n    for j in range(9999):\n"
        "        for k in range(9999):\n            pass\n"
        "def h(n):\n    return h(n - 1) + h(n - 2)\n"
        f"{HEAD}p.add_argument('--x')\nh(3)\nf(1)\n"
    )

    found = scripts.read_text(text)

    assert [flag.name for flag in found.flags] == ["x"]


@pytest.mark.parametrize(
    "default",
    [
        "range(10 ** 30)",
        "len(range(10 ** 30))",
        "range(3)[10 ** 30]",
        "{[]: 1}",
        "[[[0] * 9999] * 9999] * 9",
    ],
)
def test_values_that_are_too_much_are_unknown(scripts: Scripts, default: str) -> None:
    found = scripts.read_text(
        f"{HEAD}for i in range(10 ** 30):\n    pass\n"
        f"p.add_argument('--x', nargs='+', default={default}){TAIL}"
    )

    assert [(flag.name, flag.default) for flag in found.flags] == [("x", None)]


def test_names_imported_in_a_circle_are_left(scripts: Scripts) -> None:
    scripts.write("a.py", "from b import x\n")
    scripts.write("b.py", "from a import x\n")
    found = scripts.read_text(f"from a import x\n{HEAD}p.add_argument('--y', default=x){TAIL}")

    assert found.dest == "args"
