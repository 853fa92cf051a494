"""Tests of the flags read from Python scripts."""
