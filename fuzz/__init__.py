"""Hypothesis fuzzing of an API against its contract."""
