"""What changed in the tables, step by step; Alembic runs it (validator/service/store/upgrade.py)."""
