"""Scripts in many styles, each for one command line framework.

They give what they parsed to `show`, so that it can be seen what arrives. The name of one with
sub-commands has their words after a blank.
"""

from __future__ import annotations

import textwrap

from tests.unit.flagimport.real_scripts.absl_ import ABSL
from tests.unit.flagimport.real_scripts.argparse_ import ARGPARSE
from tests.unit.flagimport.real_scripts.click_ import CLICK
from tests.unit.flagimport.real_scripts.dataclass_ import BY_EXECUTION, DATACLASSES, STAND_IN
from tests.unit.flagimport.real_scripts.typer_ import TYPER

__all__ = ["SCRIPTS", "STAND_IN"]

SCRIPTS = {
    framework: {name: textwrap.dedent(text) for name, text in scripts.items()}
    for framework, scripts in {
        "argparse": ARGPARSE,
        "click": CLICK,
        "typer": TYPER,
        "absl": ABSL,
        "dataclasses": DATACLASSES,
        "execution": BY_EXECUTION,
    }.items()
}
"""The scripts by framework and name."""
