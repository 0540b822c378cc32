"""What is kept about calls, and how it gets there without ever disturbing one.

`records` is what crosses the border; `writer` takes it off a call's path; `calls` reads it back; `database`
opens what `store.url` names. Everything that only SQLite knows is in `sqlite`.
"""
