"""What is raised for a value that its attribute does not accept."""

from __future__ import annotations

__all__ = ["Misfit"]


class Misfit(ValueError):
    """A value that is not what is expected.

    In the message, `{key}` stands for the attribute, `{operation}` and `{resource}` for the
    operation and the resource that the value is in: only who knows the path can tell.

    Args:
        expected: What would be accepted.
        value: What is there.
        path: To the value, from where the check began.
        message: Instead of the usual one.
    """

    def __init__(
        self,
        expected: str = "",
        value: object = None,
        *,
        path: tuple[str | int, ...] = (),
        message: str = "",
    ) -> None:
        super().__init__(message or expected)
        self.expected = expected
        self.value = value
        self.path = path
        self.message = message
