"""Adapters that keep everything in memory: for tests, and for those who write adapters."""
