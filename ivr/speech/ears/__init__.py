"""Hearing callers: a process that reads their audio, finds speech in it and has it recognised, and the
worker's side of it."""
