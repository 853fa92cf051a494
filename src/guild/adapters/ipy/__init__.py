"""Driving: functions as operations and runs as data frames, for notebooks and scripts."""
