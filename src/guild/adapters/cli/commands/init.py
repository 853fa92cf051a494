"""`guild init`: its options."""

from __future__ import annotations

from guild.adapters.cli.runoptions import YES
from guild.adapters.cli.spec import Argument, Command, Option

__all__ = ["COMMAND"]

_VENV = "Virtual environment"

COMMAND = Command(
    "init",
    "Make a directory a project with its own runs.",
    "guild.adapters.cli.handlers.init:init",
    help="""Make a Guild home '.guild' in DIR, or in the current directory. Below DIR, commands
use it from then on: runs of the project are kept with the project. What is there already stays
as it is.

With '--skeleton' DIR also gets a small guild.yml and a train.py to begin with. With '--venv', or
any option of virtual environments, one is made in DIR/venv, and what requirements.txt names is
installed into it.""",
    arguments=(Argument("directory", "DIR", help="The directory; it is made if missing."),),
    options=(
        Option(
            "skeleton",
            "--skeleton",
            kind="flag",
            help="Write a guild.yml and a train.py, if there are none.",
        ),
        Option(
            "isolate_resources",
            "-l",
            "--isolate-resources",
            kind="flag",
            help="Keep downloaded resources in DIR/.guild, not with those of other projects.",
        ),
        YES,
        Option(
            "venv",
            "--venv",
            kind="flag",
            help="Make a virtual environment in DIR/venv, or complete the one there.",
            group=_VENV,
        ),
        Option(
            "name",
            "-n",
            "--name",
            metavar="NAME",
            help="Name that shells show; the default is that of DIR.",
            group=_VENV,
        ),
        Option(
            "python",
            "-p",
            "--python",
            metavar="PYTHON",
            help="Interpreter: a path, a command, or a version such as 3.12.",
            group=_VENV,
        ),
        Option(
            "guild",
            "-g",
            "--guild",
            metavar="PATH",
            help="Install Guild into it, from a wheel, an archive or a source directory.",
            group=_VENV,
        ),
        Option(
            "system_site_packages",
            "-s",
            "--system-site-packages",
            kind="flag",
            help="Let it see the packages of the interpreter it is made with.",
            group=_VENV,
        ),
        Option(
            "requirements",
            "-r",
            "--requirement",
            multiple=True,
            metavar="FILE",
            help="Install what FILE names instead of what DIR/requirements.txt does.",
            group=_VENV,
        ),
        Option(
            "no_reqs",
            "--no-reqs",
            kind="flag",
            help="Install nothing from requirements.txt.",
            group=_VENV,
        ),
        Option(
            "paths",
            "-P",
            "--path",
            multiple=True,
            metavar="DIR",
            help="Let its interpreter import from DIR as well.",
            group=_VENV,
        ),
        Option(
            "pre",
            "--pre",
            kind="flag",
            help="Install versions before a release, too.",
            group=_VENV,
        ),
    ),
)
