"""Driven: the machine, the interpreter, time and randomness."""
