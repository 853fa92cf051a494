"""Log records on standard error."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from guild.adapters.cli.console import Console
from guild.adapters.cli.logs import configure


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is written to standard error after logging was configured."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stderr = io.StringIO()
    configure(Console(None, None, stderr, {}), logging.DEBUG)
    yield stderr
    root.handlers = handlers
    root.setLevel(level)


def test_records_say_their_level_but_for_information(written: io.StringIO) -> None:
    log = logging.getLogger("trial")

    log.debug("a %s", 1)
    log.info("b")
    log.warning("c")

    assert written.getvalue() == "DEBUG: [trial] a 1\nb\nWARNING: c\n"


def test_a_record_is_one_line_whatever_is_in_it(written: io.StringIO) -> None:
    logging.getLogger().info("from %s", "x\nguild: fake\x1b[31m")

    assert written.getvalue() == "from x\\x0aguild: fake\\x1b[31m\n"


def test_a_traceback_keeps_its_lines(written: io.StringIO) -> None:
    try:
        raise ValueError("x\x1b[31m")
    except ValueError:
        logging.getLogger().exception("failed")

    first, *_, last = written.getvalue().splitlines()
    assert (first, last) == ("ERROR: failed", "ValueError: x\\x1b[31m")
