"""What `guild init` is to make."""

from __future__ import annotations

from guild.domain.record import Record

__all__ = ["SKELETON", "EnvironmentPlan", "ProjectPlan"]

SKELETON = {
    "guild.yml": """\
# Operations of this project. Run the first with `guild run train`, and see what
# `guild run train --help-op` says of it.

train:
  description: Train a model
  main: train
  flags-import: all
""",
    "train.py": '''\
"""Fits a line by gradient descent: something to begin with, to be replaced."""

# Variables here are flags: `guild run train learning_rate=0.05 steps=20`.
learning_rate = 0.1
steps = 10

points = [(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]


def train():
    slope = intercept = 0.0
    for step in range(1, steps + 1):
        errors = [(slope * x + intercept - y, x) for x, y in points]
        loss = sum(error * error for error, _ in errors) / len(points)
        slope -= learning_rate * sum(error * x for error, x in errors) / len(points)
        intercept -= learning_rate * sum(error for error, _ in errors) / len(points)

        # Lines such as these are scalars of the run: `guild compare` shows them.
        print(f"step: {step}")
        print(f"loss: {loss:.6f}")


if __name__ == "__main__":
    train()
''',
}
"""Files of a small project that works, by their names."""


class EnvironmentPlan(Record):
    """A virtual environment.

    Attributes:
        directory: Absolute path.
        name: What shells show while it is active.
        python: Absolute path of the interpreter it is made with.
        exists: Whether it is there already, and only gets what is missing.
        system_packages: Whether it sees the packages of that interpreter.
        guild: Absolute path of a wheel, an archive or a directory to install Guild from.
        requirements: Absolute paths of files with what to install.
        pre: Whether versions before a release may be installed.
        paths: Absolute directories that its interpreter imports from as well.
    """

    directory: str
    name: str
    python: str
    exists: bool = False
    system_packages: bool = False
    guild: str | None = None
    requirements: tuple[str, ...] = ()
    pre: bool = False
    paths: tuple[str, ...] = ()


class ProjectPlan(Record):
    """A directory that becomes a project.

    Attributes:
        directory: Absolute path.
        resources: Absolute directory that downloads are kept in, shared with other projects;
            None for one of its own.
        environment: Its virtual environment; None for none.
        skeleton: Whether it gets the files of `SKELETON` that it lacks.
    """

    directory: str
    resources: str | None = None
    environment: EnvironmentPlan | None = None
    skeleton: bool = False
