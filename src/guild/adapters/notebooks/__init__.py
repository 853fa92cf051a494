"""Runs in a run's process: executes a notebook. Jupyter's packages are needed for that."""
