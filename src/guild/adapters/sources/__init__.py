"""Where dependencies come from, and how they get into runs."""
