"""Shows an error of the program as Python itself would have, without the runner's frames."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["own_frames_removed", "refusal", "show_as_python_does"]

_HERE = os.path.dirname(__file__)
_RUNNER = (
    "<frozen ",
    os.path.join(_HERE, ""),
    os.path.join(os.path.dirname(os.path.dirname(_HERE)), "op_main.py"),
)
_BETWEEN = ("bdb", "runpy", "importlib.util")


def own_frames_removed(traceback: TracebackType | None) -> TracebackType | None:
    """The traceback from the first frame on that is neither the runner's nor the interpreter's."""
    files = [getattr(sys.modules.get(name), "__file__", None) for name in _BETWEEN]
    skipped = _RUNNER + tuple(file for file in files if file)
    while traceback and traceback.tb_frame.f_code.co_filename.startswith(skipped):
        traceback = traceback.tb_next
    return traceback


def refusal(why: str) -> SystemExit:
    """What ends this process with one line that says why; control characters are escaped."""
    shown = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in why)
    return SystemExit(f"guild: {''.join(shown)}")


def show_as_python_does(*, post_mortem: bool) -> None:
    """Put a hook in front of the present `sys.excepthook` that removes the runner's frames.

    The error is to be let through to the interpreter after that: what then happens around
    the traceback (exit status, threads, exit handlers) is the interpreter's own doing.

    Args:
        post_mortem: Whether a debugger is to be started after the traceback.
    """
    if not hasattr(sys, "excepthook"):
        sys.stderr.write("sys.excepthook is missing\n")
        sys.excepthook = sys.__excepthook__
    hook = sys.excepthook

    def show(
        kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        sys.excepthook = hook
        if isinstance(error, (SyntaxError, KeyboardInterrupt)):
            traceback = own_frames_removed(traceback)
        else:
            # An error without a frame of the program is the runner's own.
            traceback = own_frames_removed(traceback) or traceback
        error.__traceback__ = sys.last_traceback = traceback
        try:
            hook(kind, error, traceback)
        except SystemExit:
            raise
        except BaseException as second:
            _show_failure_of_hook(second, error)
        if post_mortem and traceback and not isinstance(error, KeyboardInterrupt):
            _debug(traceback)

    sys.excepthook = show


def _show_failure_of_hook(second: BaseException, error: BaseException) -> None:
    second.__traceback__ = own_frames_removed(second.__traceback__)
    sys.stderr.write("Error in sys.excepthook:\n")
    sys.__excepthook__(type(second), second, second.__traceback__)
    sys.stderr.write("\nOriginal exception was:\n")
    sys.__excepthook__(type(error), error, error.__traceback__)


def _debug(traceback: TracebackType) -> None:
    import pdb

    sys.stderr.write("Entering post mortem debug session\n")
    sys.stderr.flush()
    pdb.post_mortem(traceback)
