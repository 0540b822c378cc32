"""A telephone exchange on a table: the embedded switch, a worker and a small company in one process.

For `ivr demo`, for people who write flows, and for tests. The worker is the real one, and cannot tell.
"""
