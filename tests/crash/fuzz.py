"""Inputs that nobody would write: parsers of files and texts give a value or their own error."""

from __future__ import annotations

import contextlib
import random
import resource
import signal
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence

from tests.crash.figures import Figures
from tests.parsers import PARSERS, Parser

__all__ = ["mutated", "run"]

_EACH = 4000
"""Inputs for each parser, at an amount of 1."""

_SLOW_S = 5.0
"""Of the processor; no input is larger than `_LARGEST`."""

_LARGEST = 20_000
_MEMORY = 2 << 30
_MOST_SHOWN = 20
_MARKS = [
    b"\0", b"\n", b"\r", b"\t", b" ", b"'", b'"', b"\\", b"[", b"]", b"{", b"}", b"(", b")", b":",
    b"*", b"&", b"!", b"!!", b"%", b"|", b">", b"-", b"--", b"#", b"$", b"${", b"=", b",", b"<<: ",
    b"~", b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\x1b[2J", b"../", b"/",
    b"0x", b"1e999", b"9" * 400, b"nan", b"null", b"\xf0\x9f\x98\x80",
]  # fmt: skip


def run(amount: float, seed: int) -> Figures:
    """Give each parser all of its corpus, then mutations of it, and check what comes of each.

    Args:
        amount: How much.
        seed: What is tried depends on it and on the corpus only.
    """
    tried: Counter[str] = Counter()
    losses: list[str] = []
    with _limited_memory():
        for parser in PARSERS:
            for number, data in enumerate(_inputs(parser, amount, seed)):
                tried[parser.name] += 1
                problem = _problem(parser, data)
                if problem:
                    losses.append(f"input {number} of {parser.name}, {_shown(data)}: {problem}")
    table: list[tuple[str, ...]] = [("parser", "inputs")]
    table += [(name, str(count)) for name, count in tried.items()]
    return Figures("inputs tried", tried.total(), losses[:_MOST_SHOWN], table)


def _inputs(parser: Parser, amount: float, seed: int) -> Iterator[bytes]:
    corpus = parser.corpus()
    yield from corpus
    chance = random.Random(f"{seed} {parser.name}")
    # Those with files of their own take the time of several others.
    for _ in range(int(_EACH * amount)):
        yield mutated(corpus, chance)


def mutated(corpus: Sequence[bytes], chance: random.Random) -> bytes:
    """One of some inputs with a few changes, or, rarely, bytes of no input."""
    if chance.random() < 0.05:
        return chance.randbytes(chance.randrange(60))
    data = bytearray(chance.choice(corpus)[:_LARGEST])
    for _ in range(chance.randint(1, 6)):
        _change(data, corpus, chance)
    return bytes(data[:_LARGEST])


def _change(data: bytearray, corpus: Sequence[bytes], chance: random.Random) -> None:
    at = chance.randrange(len(data) + 1)
    end = min(len(data), at + chance.choice((1, 1, 2, 8, 64)))
    match chance.randrange(7):
        case 0 if data:
            data[at % len(data)] ^= 1 << chance.randrange(8)
        case 1:
            data[at:at] = chance.choice(_MARKS)
        case 2:
            del data[at:end]
        case 3:
            data[at:at] = data[at:end] * chance.choice((1, 1, 2, 50))
        case 4:
            other = chance.choice(corpus)
            start = chance.randrange(len(other) + 1)
            data[at:at] = other[start : start + chance.randrange(80)]
        case 5:
            data[at:end] = chance.randbytes(end - at)
        case _:
            del data[at:]


def _problem(parser: Parser, data: bytes) -> str:
    """What is wrong with what the parser does; empty if nothing is."""
    started = time.process_time()
    try:
        with _limited_time():
            parser.check(data)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in {last.filename}:{last.lineno}: {str(error)[:200]}"
    took_s = time.process_time() - started
    return f"took {took_s:.1f} s" if took_s > _SLOW_S else ""


class _Late(Exception):
    """An input takes too long."""


@contextlib.contextmanager
def _limited_time() -> Iterator[None]:
    def late(*_: object) -> None:
        raise _Late(f"took more than {2 * _SLOW_S:.0f} s")

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, 2 * _SLOW_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@contextlib.contextmanager
def _limited_memory() -> Iterator[None]:
    """More memory than this is a `MemoryError`, and a loss."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    most = _MEMORY if before[1] == resource.RLIM_INFINITY else min(_MEMORY, before[1])
    resource.setrlimit(resource.RLIMIT_AS, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def _shown(data: bytes) -> str:
    return repr(data) if len(data) < 300 else f"{data[:300]!r}... ({len(data)} bytes)"
