"""Rules and values of experiment tracking: pure, no input or output."""
