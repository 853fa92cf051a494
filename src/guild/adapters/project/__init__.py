"""What a project offers to run."""
