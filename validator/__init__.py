"""Tells whether an API still keeps its documented contract."""
