"""Driven: what chooses the next trial of a batch; each library is loaded when a search starts."""
