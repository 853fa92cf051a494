"""An index of runs in an SQLite file: a cache in front of the run directories."""
