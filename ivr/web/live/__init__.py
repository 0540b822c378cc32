"""How things are at this moment, for all who look: read from the worker once, shown to many."""
