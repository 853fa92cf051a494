"""Look whether the run of a step is as it is expected to be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from guild.domain.errors import GuildError
from guild.domain.lognote import LogNote, PlainNote
from guild.domain.stepchecks import Check, with_variables

if TYPE_CHECKING:
    from guild.app.ports.steps import StepFiles
    from guild.domain.run import Run

__all__ = ["CheckStep"]


class CheckStep:
    """Carries out the checks of steps.

    Args:
        files: What is looked at.
        absolute: Gives an absolute path for one that may be relative to the project.
        env: Variables that paths may refer to.
        tell: Is told what is looked at and what is wrong.
    """

    def __init__(
        self,
        *,
        files: StepFiles,
        absolute: Callable[[str], str],
        env: Mapping[str, str],
        tell: Callable[[LogNote | PlainNote], None],
    ) -> None:
        self._files = files
        self._absolute = absolute
        self._env = env
        self._tell = tell

    def __call__(self, run: Run, checks: Iterable[Check]) -> bool:
        """Whether a run passes all checks, which are all carried out."""
        results = [self._passed(run, check) for check in checks]
        self._info(f"{sum(results)} of {len(results)} checks passed")
        return all(results)

    def _passed(self, run: Run, check: Check) -> bool:
        try:
            failures = self._output(run, check) if check.output is not None else []
            if check.file is not None:
                failures += self._matching(run, check, check.file)
        except GuildError as error:
            failures = [error.on_one_line]
        for failure in failures:
            self._tell(LogNote(level="ERROR", text=f"check failed: {failure}"))
        return not failures

    def _output(self, run: Run, check: Check) -> list[str]:
        pattern = check.output or ""
        self._info(f"checking run {run.id} output for '{pattern}'")
        if re.search(pattern, self._files.output(run)):
            return []
        return [f"could not find pattern '{pattern}' in run {run.id} output"]

    def _matching(self, run: Run, check: Check, pattern: str) -> list[str]:
        self._info(f"checking run {run.id} files '{pattern}'")
        found = self._files.matching(run, pattern)
        if not found:
            return [f"no files matching {pattern} in run {run.id}"]
        return [failure for path in found for failure in self._file(run, check, path)]

    def _file(self, run: Run, check: Check, path: str) -> list[str]:
        failures = []
        if check.contains is not None:
            self._info(f"checking run {run.id} file {path} for '{check.contains}'")
            if not re.search(check.contains, self._files.text(f"{run.path}/{path}")):
                failures.append(
                    f"could not find pattern '{check.contains}' in run {run.id} file {path}"
                )
        if check.compare_to is not None and self._differs(run, path, check.compare_to):
            failures.append("unexpected file contents - see above for details")
        return failures

    def _differs(self, run: Run, path: str, other: str) -> bool:
        other = with_variables(other, self._env)
        self._info(f"comparing run {run.id} file {path} to {other}")
        expected = self._files.text(self._absolute(other)).splitlines()
        actual = self._files.text(f"{run.path}/{path}").splitlines()
        if actual == expected:
            return False
        from difflib import unified_diff

        for line in unified_diff(expected, actual, other, path, lineterm=""):
            self._tell(PlainNote(text=line))
        return True

    def _info(self, text: str) -> None:
        self._tell(LogNote(level="INFO", text=text))
