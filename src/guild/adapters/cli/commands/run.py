"""`guild run`: its options."""

from __future__ import annotations

from guild.adapters.cli.runoptions import YES
from guild.adapters.cli.spec import Argument, Command, Option

__all__ = ["COMMAND"]

_BATCH = (
    Option(
        "optimizer",
        "-o",
        "--optimizer",
        metavar="NAME",
        help="Choose the flags of trials by NAME: +, random, gp, forest, gbrt, tpe, cma-es, the"
        " optimizer of a package, or a script.",
        group="Batches",
    ),
    Option(
        "optimize",
        "-O",
        "--optimize",
        kind="flag",
        help="Choose the flags of trials by the operation's own optimizer, or else by gp.",
        group="Batches",
    ),
    Option(
        "minimize",
        "-N",
        "--minimize",
        metavar="SCALAR",
        help="Search for a small value of SCALAR; loss if nothing else is said.",
        group="Batches",
    ),
    Option(
        "maximize",
        "-X",
        "--maximize",
        metavar="SCALAR",
        help="Search for a large value of SCALAR.",
        group="Batches",
    ),
    Option(
        "opt_flags",
        "-Fo",
        "--opt-flag",
        multiple=True,
        metavar="FLAG=VALUE",
        help="Value for a flag of the optimizer; repeatable.",
        group="Batches",
    ),
    Option(
        "max_trials",
        "-m",
        "--max-trials",
        "--trials",
        kind="int",
        min=1,
        metavar="N",
        help="Run at most N trials.",
        group="Batches",
    ),
    Option(
        "jobs",
        "-j",
        "--jobs",
        kind="int",
        min=1,
        metavar="N",
        help="Run N trials at a time, without showing their output.",
        group="Batches",
    ),
    Option(
        "fail_on_trial_error",
        "--fail-on-trial-error",
        kind="flag",
        help="Stop at the first trial that fails.",
        group="Batches",
    ),
    Option(
        "stage_trials",
        "--stage-trials",
        kind="flag",
        help="Make the trials and leave them to be started.",
        group="Batches",
    ),
    Option(
        "print_trials",
        "--print-trials",
        kind="flag",
        help="Show the flags of the trials, don't run them.",
        group="Batches",
    ),
    Option(
        "save_trials",
        "--save-trials",
        metavar="PATH",
        help="Write the flags of the trials to a batch file, don't run them.",
        group="Batches",
    ),
    Option(
        "batch_label",
        "-bl",
        "--batch-label",
        metavar="LABEL",
        help="Label for the batch; --label is for its trials.",
        group="Batches",
    ),
    Option(
        "batch_tags",
        "-bt",
        "--batch-tag",
        multiple=True,
        metavar="TAG",
        help="Tag for the batch; repeatable.",
        group="Batches",
    ),
    Option(
        "batch_comment",
        "-bc",
        "--batch-comment",
        metavar="COMMENT",
        help="Comment for the batch.",
        group="Batches",
    ),
    Option(
        "edit_batch_comment",
        "-ebc",
        "--edit-batch-comment",
        kind="flag",
        help="Write a comment for the batch in an editor.",
        group="Batches",
    ),
    Option(
        "keep_batch",
        "--keep-batch",
        kind="flag",
        help="Keep the run of a batch that would be deleted on success.",
        group="Batches",
    ),
)

COMMAND = Command(
    "run",
    "Run an operation.",
    "guild.adapters.cli.handlers.run:run",
    help="""Run an operation: a Python script, a package or module, or an executable file.

Flags are given as NAME=VALUE. For a Python script they are found by reading it: its global
variables, or the options of its command line. Try 'guild run SCRIPT --help-op' for a list.

A value may be a list, such as [1,2,3] or range[1:10:2], or a search function, such as [1:10] or
loguniform[1e-5:1e-1]. Guild runs a batch then: a trial for each combination of the values in
lists, or trials with random values where there is a search function. An optimizer (-o) searches
for the values that make a scalar small or large. A batch file, @FILE, has a row of flags for each
trial; it is CSV, JSON or YAML.

The source code is copied into a new run directory, where the script runs. Its output, the
scalars in it, the flags and the surroundings are kept there, too.""",
    arguments=(
        Argument(
            "opspec",
            "OPERATION",
            help="What to run: an operation of guild.yml, or the path of a script.",
        ),
        Argument(
            "flags",
            "FLAG=VALUE",
            many=True,
            help="Values for flags, or @FILE: rows of them in a file.",
        ),
    ),
    options=(
        Option("label", "-l", "--label", metavar="LABEL", help="Label for the run."),
        Option(
            "tags",
            "-t",
            "--tag",
            multiple=True,
            metavar="TAG",
            help="Tag for the run; repeatable.",
        ),
        Option("comment", "-c", "--comment", metavar="COMMENT", help="Comment for the run."),
        Option(
            "edit_comment",
            "-ec",
            "--edit-comment",
            kind="flag",
            help="Write a comment in an editor.",
        ),
        Option(
            "edit_flags", "-e", "--edit-flags", kind="flag", help="Edit the flags in an editor."
        ),
        Option(
            "run_dir", "-d", "--run-dir", metavar="DIR", help="Run in DIR, not among the runs."
        ),
        Option("run_id", "--run-id", metavar="ID", help="ID of the new run.", hidden=True),
        Option("stage", "--stage", kind="flag", help="Make the run and leave it to be started."),
        Option("start", "--start", metavar="RUN", help="Start a staged run, or restart one."),
        Option("restart", "--restart", metavar="RUN", help="Run again in the same directory."),
        Option("proto", "--proto", metavar="RUN", help="Make a new run like RUN."),
        Option(
            "force_sourcecode",
            "--force-sourcecode",
            kind="flag",
            help="With --restart or --proto, use the project's source code as it is now.",
        ),
        Option("gpus", "--gpus", metavar="DEVICES", help="Let the run see only these GPUs."),
        Option("no_gpus", "--no-gpus", kind="flag", help="Let the run see no GPU."),
        Option(
            "random_seed", "--random-seed", kind="int", metavar="N", help="Random seed to record."
        ),
        Option(
            "debug_sourcecode",
            "--debug-sourcecode",
            metavar="PATH",
            help="Import from PATH instead of the run's copy of the source code.",
        ),
        YES,
        Option(
            "force_flags",
            "-f",
            "--force-flags",
            kind="flag",
            help="Accept unknown flags and values that don't fit.",
        ),
        Option(
            "additional_deps",
            "-D",
            "--dep",
            multiple=True,
            metavar="PATH",
            help="Link PATH into the run as something it depends on; repeatable.",
        ),
        Option(
            "force_deps",
            "--force-deps",
            kind="flag",
            help="Run even if a dependency can't be resolved.",
        ),
        Option(
            "stop_after",
            "--stop-after",
            kind="float",
            min=0,
            metavar="MINUTES",
            help="Stop the run after so many minutes.",
        ),
        Option(
            "needed",
            "--needed",
            kind="flag",
            help="Run only if there is no run of this operation with the same flags.",
        ),
        Option(
            "background",
            "-b",
            "--background",
            kind="flag",
            help="Leave the run to itself once started.",
        ),
        Option(
            "pidfile", "--pidfile", metavar="FILE", help="Run in background; write the process ID."
        ),
        Option(
            "keep_run",
            "--keep-run",
            kind="flag",
            help="Keep a run that would be deleted on success.",
        ),
        Option(
            "break_",
            "--break",
            multiple=True,
            metavar="LOCATION",
            help="Stop in the debugger at LINE, FILE:LINE or MODULE.FUNCTION; repeatable.",
        ),
        Option(
            "break_on_error",
            "--break-on-error",
            kind="flag",
            help="Start the debugger where an exception is not caught.",
        ),
        Option("quiet", "-q", "--quiet", kind="flag", help="Don't show the output."),
        Option("print_cmd", "--print-cmd", kind="flag", help="Show the command, don't run it."),
        Option(
            "print_env",
            "--print-env",
            kind="flag",
            help="Show the operation's environment, don't run it.",
        ),
        Option(
            "help_model",
            "--help-model",
            kind="flag",
            help="Show help for a model and its operations.",
        ),
        Option(
            "help_op",
            "-h",
            "--help-op",
            kind="flag",
            help="Show help for the operation and its flags.",
        ),
        Option(
            "test_sourcecode",
            "--test-sourcecode",
            kind="flag",
            help="Show which source code would be copied and which not.",
        ),
        Option("test_flags", "--test-flags", kind="flag", help="Show what is known of the flags."),
        Option(
            "test_output_scalars",
            "--test-output-scalars",
            metavar="FILE",
            help="Show which scalars are found in the lines of FILE; '-' for what is typed.",
        ),
        *_BATCH,
    ),
)
