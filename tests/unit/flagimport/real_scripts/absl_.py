"""Scripts in the styles of `absl.flags`."""

from __future__ import annotations

import textwrap

__all__ = ["ABSL"]


def _absl(definitions: str, head: str = "") -> str:
    return (
        "import enum\nfrom absl import app\nfrom absl import flags\n"
        f"FLAGS = flags.FLAGS\n{textwrap.dedent(head)}\n{textwrap.dedent(definitions)}\n"
        "def main(argv):\n"
        "    show({f.name: f.value for f in FLAGS.get_key_flags_for_module(__name__)})\n"
        "if __name__ == '__main__':\n    app.run(main)\n"
    )


ABSL = {
    "values": _absl(
        """
        flags.DEFINE_string("name", "a b", "Name.")
        flags.DEFINE_string("none", None, help="None.")
        flags.DEFINE_string(name="by_key", default="k", help="Key.")
        flags.DEFINE_integer("n", 5 * 8, "Number.")
        flags.DEFINE_integer("neg", -1, "Negative.")
        flags.DEFINE_float("lr", 1e-3, "Rate.")
        flags.DEFINE_float("whole", 1, "Whole.")
        flags.DEFINE_string("empty", "", "Empty.")
        """
    ),
    "switches": _absl(
        """
        flags.DEFINE_bool("a", False, "A")
        flags.DEFINE_bool("b", True, "B")
        flags.DEFINE_boolean("c", None, "C")
        flags.DEFINE_boolean("d_e", True, "D")
        flags.DEFINE_bool("e", "true", "E")
        flags.DEFINE_bool("f", 0, "F")
        """
    ),
    "bounds": _absl(
        """
        flags.DEFINE_integer("a", 1, "A", lower_bound=0, upper_bound=9)
        flags.DEFINE_float("b", 0.5, "B", 0.0, 1.0)
        flags.DEFINE_integer("c", None, "C", lower_bound=1)
        """
    ),
    "enums": _absl(
        """
        flags.DEFINE_enum("a", "x", ["x", "y"], "A")
        flags.DEFINE_enum("b", None, ("x", "y"), "B", case_sensitive=False)
        flags.DEFINE_enum_class("c", Fruit.PEAR, Fruit, "C")
        flags.DEFINE_enum_class("d", "APPLE", Fruit, "D")
        flags.DEFINE_enum_class("e", None, Fruit, "E")
        flags.DEFINE_enum(name="f", default="x", enum_values=KINDS, help="F")
        """,
        head="""
        KINDS = ["x", "z"]
        class Fruit(enum.Enum):
            APPLE = 1
            PEAR = 2
        """,
    ),
    "lists": _absl(
        """
        flags.DEFINE_list("a", ["x", "y"], "A")
        flags.DEFINE_list("b", "x,y", "B")
        flags.DEFINE_list("c", None, "C")
        flags.DEFINE_list("d", [], "D")
        flags.DEFINE_spaceseplist("e", ["x", "y"], "E")
        flags.DEFINE_list("g", ["one"], "G")
        """
    ),
    "several": _absl(
        """
        flags.DEFINE_multi_string("a", ["x"], "A")
        flags.DEFINE_multi_string("b", "x", "B")
        flags.DEFINE_multi_integer("c", [1, 2], "C")
        flags.DEFINE_multi_integer("d", 3, "D", lower_bound=0)
        flags.DEFINE_multi_float("e", None, "E")
        flags.DEFINE_multi_enum("f", ["x"], ["x", "y"], "F")
        flags.DEFINE_multi_enum_class("g", Fruit.PEAR, Fruit, "G")
        flags.DEFINE_multi_enum_class("h", [Fruit.PEAR, Fruit.APPLE], Fruit, "H")
        """,
        head="class Fruit(enum.Enum):\n    APPLE = 1\n    PEAR = 2",
    ),
    "required": _absl(
        """
        flags.DEFINE_string("a", None, "A", required=True)
        flags.DEFINE_integer("b", None, "B")
        flags.DEFINE_float("c", None, "C")
        flags.DEFINE_string("d", None, "D")
        flags.mark_flag_as_required("b")
        flags.mark_flags_as_required(["c", "d"])
        """
    ),
    "required in main": _absl('flags.DEFINE_string("a", None, "A")').replace(
        "    app.run", "    flags.mark_flag_as_required('a')\n    app.run"
    ),
    "holders": _absl(
        """
        _LR = flags.DEFINE_float("lr", 0.1, "Rate.")
        _NAME = flags.DEFINE_string("name", "n", "Name.", short_name="s")
        """
    ),
    "direct imports": """\
        from absl import app
        from absl.flags import DEFINE_float, DEFINE_integer
        from absl import flags as f
        DEFINE_float("lr", 0.1, "Rate.")
        DEFINE_integer("n", 1, "N")
        f.DEFINE_alias("learning_rate", "lr")
        def main(argv):
            show({"lr": f.FLAGS.lr, "n": f.FLAGS.n})
        if __name__ == "__main__":
            app.run(main)
        """,
    "without app": """\
        import sys
        from absl import flags
        flags.DEFINE_integer("n", 1, "N")
        flags.FLAGS(sys.argv)
        show({"n": flags.FLAGS.n})
        """,
    "in functions": _absl(
        """
        def define():
            for name in ("a", "b"):
                flags.DEFINE_integer(name, 1, f"The {name}.")
            flags.DEFINE_string("c", "x", "C")
        define()
        """
    ),
    "validators": _absl(
        """
        flags.DEFINE_integer("n", 2, "N")
        flags.register_validator("n", lambda n: n > 0, message="too small")
        flags.DEFINE_integer("m", 2, "M", short_name="m1")
        @flags.validator("m")
        def check(m):
            return m > 0
        flags.DEFINE_string("s", "x", "S")
        FLAGS.set_default("s", "y")
        """
    ),
}
