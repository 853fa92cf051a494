"""Summaries of a program, for Guild and for TensorBoard."""

from __future__ import annotations

import os
import time

from guild.adapters.tfevents.summaryfile import SummaryFile
from guild.adapters.tfevents.summaryvalues import number_of, seconds_of, step_of, tag_of, text_of

TYPE_CHECKING = False  # importing typing would take longer than all else here
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import TracebackType
    from typing import IO, SupportsFloat, SupportsInt

    import numpy as np
    from numpy.typing import ArrayLike, NDArray
    from PIL.Image import Image

__all__ = ["SummaryWriter"]


class SummaryWriter:
    """Writes scalars, images, texts, histograms and hyperparameters to an event file.

    The file is made by the first `add_...`, and so is its directory. It is named
    `events.out.tfevents.SECONDS.HOST.PID.N`, so that each writer has a file of its own. What is
    added is in the file when the method returns: scalars can be read while the program runs, and
    are kept when it is killed. Any number of threads may use a writer. After a fork, the new
    process has a file of its own.

    In all methods, `step` is cut off to a whole number, and is 0 if it is None; `walltime` is in
    seconds since the epoch, and is now if it is None. Numbers may be those of Python and numpy,
    and arrays or tensors of one element.

    Args:
        logdir: Directory of the file. What it is relative to is settled here.
        filename_base: The name of the file after `events.out.tfevents.`, instead of one that is
            new. If the file is there, what is added follows what is in it; only one writer at a
            time may have it.
        filename_suffix: The end of the name.

    Raises:
        TypeError: In all methods: if a value is of a type that can't be written; the message
            has the tag.
        ValueError: In all methods: if a value can't be written, or the writer is closed.
        OSError: In all methods: if the file can't be written. It ends with its last whole
            record then.
    """

    def __init__(
        self,
        logdir: str | os.PathLike[str],
        filename_base: str | None = None,
        filename_suffix: str = "",
    ) -> None:
        for part in (filename_base or "", filename_suffix):
            if "/" in part or "\0" in part:
                raise ValueError(f"{part!r} can't be part of the name of a file")
        self.logdir = os.path.abspath(os.fspath(logdir))
        self._file = SummaryFile(self.logdir, filename_base, filename_suffix)
        self._session: tuple[str, int | None] | None = None

    def __repr__(self) -> str:
        return f"<guild.summary.SummaryWriter {self.logdir!r}>"

    def __enter__(self) -> SummaryWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def add_scalar(
        self,
        tag: str,
        val: SupportsFloat,
        step: SupportsInt | None = None,
        walltime: SupportsFloat | None = None,
    ) -> None:
        """Add a number. It is stored with 32 bits."""
        from guild.adapters.tfevents.summarymessages import event, scalar_summary

        name = tag_of(tag)
        number = number_of(tag, val)
        place = step_of(tag, step), _seconds(tag, walltime)
        self._file.append(event(scalar_summary(name, number), *place))

    def add_image(
        self,
        tag: str,
        image: str | os.PathLike[str] | IO[bytes] | Image | NDArray[np.generic],
        step: SupportsInt | None = None,
        walltime: SupportsFloat | None = None,
    ) -> None:
        """Add an image, which is stored as PNG.

        Args:
            tag: Its tag.
            image: The path of a file; a binary file, which is read to its end and left open; an
                image of Pillow; or an array of shape (height, width) or (height, width,
                channels), with 1 to 4 channels: gray, gray and alpha, RGB, RGBA. Integers are
                from 0 to 255; floats from 0 to 1, cut off outside; booleans black and white.
            step: See the class.
            walltime: See the class.

        Raises:
            ImportError: If Pillow is not there. A file that is a PNG does without.
        """
        from guild.adapters.tfevents.summaryimages import png_of
        from guild.adapters.tfevents.summarymessages import event, image_summary

        name = tag_of(tag)
        place = step_of(tag, step), _seconds(tag, walltime)
        self._file.append(event(image_summary(name, png_of(tag, image)), *place))

    def add_text(
        self,
        tag: str,
        val: str,
        step: SupportsInt | None = None,
        walltime: SupportsFloat | None = None,
    ) -> None:
        """Add a text, which TensorBoard shows as Markdown."""
        from guild.adapters.tfevents.summarymessages import event, text_summary

        name = tag_of(tag)
        place = step_of(tag, step), _seconds(tag, walltime)
        self._file.append(event(text_summary(name, text_of(tag, val)), *place))

    def add_histogram(
        self,
        tag: str,
        values: ArrayLike,
        step: SupportsInt | None = None,
        walltime: SupportsFloat | None = None,
        bins: int | Sequence[float] = 30,
    ) -> None:
        """Add how values are distributed.

        Args:
            tag: Its tag.
            values: Finite numbers in any shape; there may be none.
            step: See the class.
            walltime: See the class.
            bins: How many buckets of the same width to have, from the lowest value to the
                highest; or their edges, rising, with values outside left out.
        """
        from guild.adapters.tfevents.summarymessages import event, histogram_of, histogram_summary

        name = tag_of(tag)
        place = step_of(tag, step), _seconds(tag, walltime)
        buckets = histogram_of(tag, values, bins)
        self._file.append(event(histogram_summary(name, buckets), *place))

    def add_hparam_experiment(
        self,
        hparams: Mapping[str, Iterable[object]],
        metrics: Iterable[str],
        walltime: SupportsFloat | None = None,
    ) -> None:
        """Say what an experiment varies and measures: once, in the directory above its sessions.

        Args:
            hparams: The values of each hyperparameter: numbers, texts, booleans. Where they are
                of different kinds, TensorBoard is told the name only.
            metrics: Tags of the scalars that sessions log.
            walltime: See the class.
        """
        from guild.adapters.tfevents.summaryhparams import experiment_summary
        from guild.adapters.tfevents.summarymessages import event

        seconds = _seconds("hparams", walltime)
        self._file.append(event(experiment_summary(hparams, metrics, seconds), 0, seconds))

    def add_hparam_session(
        self,
        name: str,
        hparams: Mapping[str, object],
        status: str | int | None = None,
        walltime: SupportsFloat | None = None,
    ) -> None:
        """Say what values a session has, or how it ended.

        A directory is one session in TensorBoard, with the first values and the first status
        that are told; a warning says so when there are others. To tell the status at the end,
        call it without one at first, and again with it.

        Args:
            name: The group of the session: sessions with the same values, repeated, may have
                the same.
            hparams: The value of each hyperparameter: a number, text or boolean. None is left
                out; nan and infinite numbers are written as text.
            status: `success`, `failure`, `running` or `unknown`, also in TensorBoard's form
                `STATUS_SUCCESS`. None: nothing is said, which TensorBoard shows as unknown.
            walltime: The start of the session, and its end if there is a status.
        """
        from guild.adapters.tfevents import summaryhparams
        from guild.adapters.tfevents.summarymessages import event

        group = text_of("the name of a session", name)
        values = summaryhparams.hparam_values(hparams)
        number = None if status is None else summaryhparams.status_of(status)
        seconds = _seconds("hparams", walltime)
        told = self._session
        if told is None:
            self._file.append(
                event(summaryhparams.session_start(group, values, seconds), 0, seconds)
            )
        elif told[0] != group:
            _warn(f"{self.logdir} is the session {told[0]!r} in TensorBoard, not also {name!r}")
            return
        self._session = told or (group, None)
        if number is None or self._session[1] == number:
            return
        if self._session[1] is not None:
            _warn(f"the status of the session {name!r} was told before, and stays in TensorBoard")
            return
        self._file.append(event(summaryhparams.session_end(number, seconds), 0, seconds))
        self._session = group, number

    def flush(self) -> None:
        """Does nothing: what was added is in the file already."""

    def close(self) -> None:
        """Finish the file. Without any `add_...` there is none. May be called again."""
        self._file.close()


def _seconds(tag: str, walltime: object) -> float:
    seconds = seconds_of(tag, walltime)
    return time.time() if seconds is None else seconds


def _warn(message: str) -> None:
    import warnings

    warnings.warn(message, stacklevel=3)
