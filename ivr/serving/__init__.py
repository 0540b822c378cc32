"""Keeping Ivory in service: a parent that looks after the worker, and the worker's own life."""
