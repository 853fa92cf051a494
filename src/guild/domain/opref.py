"""What a run is a run of: the operation reference and the names it has for users."""

from __future__ import annotations

from guild.domain.errors import InvalidOpRef
from guild.domain.record import Record
from guild.domain.words import quoted_word

__all__ = ["OpRef"]

_PLAIN = frozenset(("guildfile", "builtin", "script", "import", "pending", "test"))


class OpRef(Record, kw_only=False):
    """Reference to an operation: where it is defined and what it is called there.

    Its text is four shell-quoted words: `TYPE:PACKAGE VERSION MODEL OP`.

    Attributes:
        pkg_type: `guildfile`, `script`, `package`, `builtin`, `func`, `import`, ...
        pkg_name: Absolute path of the Guild file or of the script's directory, or the name
            of an installed package.
        pkg_version: Hash of the Guild file or version of the package; empty for scripts.
        model: Name of the model; empty for scripts and functions.
        op: Name of the operation.
    """

    pkg_type: str
    pkg_name: str
    pkg_version: str
    model: str
    op: str

    @staticmethod
    def parse(text: str) -> OpRef:
        """Read the text form.

        Raises:
            InvalidOpRef: If it is not four words, the first with a colon.
        """
        import shlex  # new runs have nothing to read

        try:
            words = shlex.split(text)
        except ValueError:
            words = []
        if len(words) != 4 or ":" not in words[0]:
            raise InvalidOpRef(f"invalid operation reference: {text!r}")
        pkg_type, _, pkg_name = words[0].partition(":")
        return OpRef(pkg_type, pkg_name, words[1], words[2], words[3])

    @staticmethod
    def builtin(name: str, version: str) -> OpRef:
        """The reference to what comes with this program.

        The package has the name that it has in runs of the prior system, which read it.

        Args:
            name: `+`, or `MODEL:OP`.
            version: Of this program.
        """
        model, _, op = name.rpartition(":")
        return OpRef("builtin", "guildai", version, model, op)

    def format(self) -> str:
        """Write the text form: the inverse of `parse`."""
        words = (f"{self.pkg_type}:{self.pkg_name}", self.pkg_version, self.model, self.op)
        first, *others = map(quoted_word, words)
        if first.endswith(":"):
            first = f"{first}''"  # as the prior system writes it
        return " ".join((first, *others))

    @property
    def name(self) -> str:
        """The operation as listings show it: `train`, `cnn:train`, `pkg/cnn:train`, `f()`."""
        if self.pkg_type == "func":
            return f"{self.op}()"
        if self.pkg_type == "package":
            model = f"{self.model}:" if self.model else ""
            return f"{self.pkg_name}/{model}{self.op}"
        if self.pkg_type in _PLAIN:
            return f"{self.model}:{self.op}" if self.model else self.op
        return "?"

    def batch_name(self, proto: OpRef) -> str:
        """The name of a batch run of this operation over `proto`: `train+`, `train+skopt:gp`."""
        return proto.name + (self.name if self.name.startswith("+") else f"+{self.name}")

    @property
    def project_dir(self) -> str | None:
        """Absolute directory of the project; None for packages and functions."""
        if self.pkg_type == "script":
            return self.pkg_name
        if self.pkg_type == "guildfile":
            return self.pkg_name.rpartition("/")[0] or "/"
        return None

    def to_opspec(self) -> str:
        """The operation as `guild run` takes it."""
        if self.pkg_type == "script":
            return f"{self.pkg_name}/{self.op}"
        return self.name
