"""Virtual environments, made and filled by the interpreters that they are for."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from guild.domain.errors import GuildError
from guild.domain.projectsetup import EnvironmentPlan

__all__ = ["VirtualEnvironments"]

_PATHS_FILE = "guild-project.pth"
_STDERR = 2
_SITE_PACKAGES = "import sysconfig; print(sysconfig.get_path('purelib'))"


class VirtualEnvironments:
    """See `Environments`. What the tools print goes to standard error.

    Args:
        env: Environment variables: `PATH` is searched, and tools get them.
        cwd: Absolute directory that relative paths of interpreters are meant from.
    """

    def __init__(self, env: Mapping[str, str], cwd: str) -> None:
        # An active environment's variables would mislead the new one's interpreter.
        self._env = {
            name: value
            for name, value in env.items()
            if name not in ("PYTHONHOME", "__PYVENV_LAUNCHER__")
        }
        self._cwd = cwd

    def find_python(self, python: str) -> str:
        """See `Environments.find_python`."""
        import shutil

        if re.fullmatch(r"\d+(\.\d+)?", python, re.ASCII):
            python = f"python{python}"
        if "/" in python:
            path = os.path.join(self._cwd, os.path.expanduser(python))
            found = path if os.path.isfile(path) and os.access(path, os.X_OK) else None
        else:
            found = shutil.which(python, path=self._env.get("PATH", os.defpath))
        if found is None:
            raise GuildError(
                f"cannot find the Python interpreter '{python}'",
                "Name its path, a command such as python3.12 or a version such as 3.12.",
            )
        return os.path.abspath(found)

    def is_environment(self, directory: str) -> bool:
        """See `Environments.is_environment`."""
        if os.path.isfile(f"{directory}/pyvenv.cfg"):
            if not os.access(f"{directory}/bin/python", os.X_OK):
                raise GuildError(
                    f"{directory} is a virtual environment without an interpreter",
                    "Move it away, so that it is made anew.",
                )
            return True
        if os.path.lexists(directory):
            raise GuildError(
                f"{directory} exists and is no virtual environment",
                "Move it away, or initialize without --venv.",
            )
        return False

    def make(self, plan: EnvironmentPlan) -> None:
        """See `Environments.make`."""
        if not plan.exists:
            self._make_new(plan)
        if plan.paths:
            self._add_paths(plan)

    def _make_new(self, plan: EnvironmentPlan) -> None:
        words = [plan.python, "-m", "venv", "--prompt", plan.name]
        if plan.system_packages:
            words.append("--system-site-packages")
        try:
            self._run([*words, plan.directory], f"cannot make {plan.directory}")
        except BaseException:
            import shutil

            shutil.rmtree(plan.directory, ignore_errors=True)
            raise

    def _add_paths(self, plan: EnvironmentPlan) -> None:
        what = f"cannot add import paths to {plan.directory}"
        asked = [_python(plan), "-I", "-c", _SITE_PACKAGES]
        packages = self._run(asked, what, result=True).strip()
        path = f"{packages}/{_PATHS_FILE}"
        temporary = f"{path}.{os.getpid():x}~"
        try:
            before = _lines(path)
            added = [line for line in plan.paths if line not in before]
            with open(temporary, "w", encoding="utf-8", errors="surrogateescape") as file:
                file.writelines(f"{line}\n" for line in (*before, *added))
            os.replace(temporary, path)
        except OSError as error:
            raise GuildError(f"{what}: {error.strerror or error}") from error

    def install(self, plan: EnvironmentPlan) -> None:
        """See `Environments.install`."""
        words = [_python(plan), "-m", "pip", "--disable-pip-version-check", "install"]
        if plan.pre:
            words.append("--pre")
        if plan.guild:
            self._run([*words, plan.guild], f"cannot install Guild from {plan.guild}")
        if plan.requirements:
            files = [word for path in plan.requirements for word in ("-r", path)]
            self._run([*words, *files], f"cannot install {', '.join(plan.requirements)}")

    def _run(self, words: list[str], what: str, *, result: bool = False) -> str:
        """Run a tool; returns what it prints if that is the result."""
        import subprocess

        try:
            done = subprocess.run(
                words,
                cwd=self._cwd,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if result else _STDERR,
                check=False,
                text=True,
                errors="surrogateescape",
            )
        except OSError as error:
            raise GuildError(f"{what}: {words[0]}: {error.strerror}") from error
        if done.returncode:
            tool = " ".join(words[1:3])
            raise GuildError(f"{what}: '{tool}' ended with exit status {done.returncode}")
        return done.stdout or ""


def _python(plan: EnvironmentPlan) -> str:
    return f"{plan.directory}/bin/python"


def _lines(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return []
