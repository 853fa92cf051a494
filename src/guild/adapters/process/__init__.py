"""Processes of runs: started, watched, stopped, and told apart from dead ones."""
