"""What runs of steps are expected to be like.

Source: reference 21-pipelines, section 10.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from guild.domain.record import Record

__all__ = ["Check", "parse_checks", "with_variables"]


class Check(Record):
    """One expectation: either `output` or `file` is given.

    Attributes:
        output: Regular expression that is found in the output.
        file: Pattern of files that are there, relative to the run's directory.
        contains: Regular expression that is found in each of them.
        compare_to: Path of a file that each of them equals, with `${VARIABLE}` references.
    """

    output: str | None = None
    file: str | None = None
    contains: str | None = None
    compare_to: str | None = None


def parse_checks(raw: object) -> tuple[tuple[Check, ...], tuple[str, ...]]:
    """Checks as written, a map or a list of them, and a sentence for each that is none."""
    checks: list[Check] = []
    odd: list[str] = []
    for each in raw if isinstance(raw, list) else [] if raw is None else [raw]:
        try:
            checks += _checks(each)
        except ValueError as error:
            odd.append(f"check {each!r} ignored: {error}")
    return tuple(checks), tuple(odd)


def _checks(raw: object) -> list[Check]:
    if not isinstance(raw, Mapping):
        raise ValueError("expected a map")
    told = {str(key): value for key, value in raw.items()}
    unknown = [key for key in told if key not in ("output", "file", "contains", "compare-to")]
    if unknown:
        raise ValueError(f"unexpected '{unknown[0]}'")
    for key, value in told.items():
        if not isinstance(value, str):
            raise ValueError(f"{key} must be text")
        if key in ("output", "contains"):
            _compiled(key, value)
    output, file = told.get("output"), told.get("file")
    if file is None and ("contains" in told or "compare-to" in told or output is None):
        raise ValueError("expected 'output' or 'file'")
    found = [] if output is None else [Check(output=output)]
    if file is None:
        return found
    contains, other = told.get("contains"), told.get("compare-to")
    return [*found, Check(file=file, contains=contains, compare_to=other)]


def _compiled(key: str, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{key} is no regular expression: {error}") from None


def with_variables(text: str, env: Mapping[str, str]) -> str:
    """The text with `${VARIABLE}` replaced where there is such a variable."""
    return re.sub(r"\$\{([^}]*)\}", lambda match: env.get(match[1], match[0]), text)
