"""Tests of the program that executes notebooks."""
