"""Runs a Python program as a run. Lives in the user's process: standard library only."""
