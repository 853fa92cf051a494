"""Driven adapter: the flags of Python scripts."""

from __future__ import annotations

from guild.adapters.flagimport.reader import PythonFlagImporter

__all__ = ["PythonFlagImporter"]
