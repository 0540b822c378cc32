"""Node types, one file each: what a designer may write for it, and what it does for a caller."""
