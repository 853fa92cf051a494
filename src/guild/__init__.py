"""Track machine learning experiments without changing their code."""

__version__ = "1.0.0.dev0"
