"""Walking callers through flows: the engine, its input rules, and what is written down about a call."""
