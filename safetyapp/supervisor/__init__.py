"""Runs the whole app in the foreground: `python -m safetyapp.supervisor`. `make run` calls it."""
