"""Driven: version control of projects."""
