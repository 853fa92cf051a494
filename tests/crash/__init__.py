"""What must never lose a run: kills, faults of the file system, hostile input."""
