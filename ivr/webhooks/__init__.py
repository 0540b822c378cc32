"""Events for other systems, and posts from them: what is told, how it is signed, kept, delivered, believed.

A worker puts small events beside its records (`herald`); another process makes posts of them (`bodies`) and
delivers them (`office`), so that no receiver is ever felt by a caller.
"""
