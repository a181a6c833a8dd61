"""Values that a schema does not allow: one file for each sort of value, and the table of keywords (keywords.py)."""
