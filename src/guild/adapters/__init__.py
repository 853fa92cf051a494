"""Adapters: files, processes, event files, terminals."""
