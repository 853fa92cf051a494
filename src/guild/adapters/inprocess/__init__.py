"""Functions called in this process as runs: their output, working directory and variables."""
