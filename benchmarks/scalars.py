"""Measure how fast scalars are read, beside TensorBoard's EventAccumulator in the same process.

    .venv/bin/python benchmarks/scalars.py

Needs the interpreter that guild is installed for. A file of 100,000 events is read by both, one
after the other, in the old form of scalars (that of PyTorch's SummaryWriter, and guild's own) and
in the new one (that of TensorFlow 2). What counts is the median of the rounds' ratios of processor
time; imports are left out. The exit status is 1 if guild is not 5 times as fast, or reads
something else.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

from measure import median
from tensorboard.backend.event_processing.event_accumulator import (
    SCALARS,
    TENSORS,
    EventAccumulator,
)
from tensorboard.compat.proto import event_pb2
from tensorboard.plugins.scalar import summary_v2

from guild.adapters.tfevents.messages import EventMessages, version_message
from guild.adapters.tfevents.reader import TfEventsScalarSource
from guild.adapters.tfevents.records import frames
from guild.domain.scalars import ScalarPoint

_EVENTS = 100_000
_TAGS = ("loss", "acc", "val_loss", "val_acc")
_LIMIT = 5.0
_TIME = 1_700_000_000.5


def main() -> int:
    """Measure, tell, and return the exit status."""
    parser = argparse.ArgumentParser(description="Measure how fast scalars are read.")
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="default: 7")
    options = parser.parse_args()
    print(f"{'':10}{'guild':>10}{'EventAccumulator':>20}{'ratio':>8}{'limit':>8}")
    ratios = [
        _measured("old form", _old_form, options.rounds),
        _measured("new form", _new_form, options.rounds),
    ]
    return int(min(ratios) < _LIMIT)


def _measured(name: str, messages: Callable[[], Iterator[bytes]], rounds: int) -> float:
    """How many times as fast guild is."""
    with tempfile.TemporaryDirectory(prefix="guild-bench-") as directory:
        with open(f"{directory}/events.out.tfevents.1.bench", "wb") as file:
            file.write(frames(messages()))
        pairs = []
        for _ in range(rounds + 1):
            ours, found = _timed(lambda: _read(directory))
            theirs, expected = _timed(lambda: _accumulated(directory))
            if found != expected or sum(found.values()) != _EVENTS:
                sys.exit(f"{name}: {found} instead of {expected}")
            pairs.append((ours, theirs))
    counted = pairs[1:]  # the first makes caches, and imports
    ours, theirs = (median([pair[index] for pair in counted]) for index in (0, 1))
    ratio = median([pair[1] / pair[0] for pair in counted])
    over = "" if ratio >= _LIMIT else "  missed"
    print(
        f"{name:10}{ours * 1000:7.0f} ms{theirs * 1000:17.0f} ms{ratio:7.1f}x{_LIMIT:7.1f}x{over}"
    )
    return ratio


def _timed(work: Callable[[], dict[str, int]]) -> tuple[float, dict[str, int]]:
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def _read(directory: str) -> dict[str, int]:
    reading = TfEventsScalarSource().read(directory)
    return {summary.tag: summary.count for summary in reading.summaries}


def _accumulated(directory: str) -> dict[str, int]:
    shown = EventAccumulator(directory, size_guidance={SCALARS: 0, TENSORS: 0}).Reload()
    counts = {tag: len(shown.Scalars(tag)) for tag in shown.Tags()[SCALARS]}
    counts |= {tag: len(shown.Tensors(tag)) for tag in shown.Tags()[TENSORS]}
    return counts


def _old_form() -> Iterator[bytes]:
    messages = EventMessages()
    yield version_message()
    for index in range(_EVENTS):
        point = ScalarPoint(_TAGS[index % len(_TAGS)], 1 / (1 + index), index // len(_TAGS))
        yield from messages.scalars([point], _TIME + index)


def _new_form() -> Iterator[bytes]:
    yield version_message()
    for index in range(_EVENTS):
        summary = summary_v2.scalar_pb(_TAGS[index % len(_TAGS)], 1 / (1 + index))
        event = event_pb2.Event(wall_time=_TIME + index, step=index // len(_TAGS), summary=summary)
        yield event.SerializeToString()


if __name__ == "__main__":
    sys.exit(main())
