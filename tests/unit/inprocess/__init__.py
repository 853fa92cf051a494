"""Functions called in this process as runs."""
