"""Numbered steps from an empty database to today's; once released, a file here never changes.

A migration adds and never takes away what the version before it writes, so that a worker of that version may
run on while the next one starts. Each declares its tables as they were then, apart from `ivr.store.models`;
they share the types of `ivr.store.fields` only.
"""
