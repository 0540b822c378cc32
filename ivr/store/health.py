"""How the writing of records goes, as numbers: for `/metrics` and `/readyz`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Health:
    """How the writing goes.

    Args:
        state: `ok`; `behind`: records in the spool are on their way into the database; `down`: it takes none;
            `losing`: neither does the spool, and what memory cannot hold is dropped.
        pending: records in memory.
        backlog: records in the spool.
        oldest: seconds that the oldest record in memory has waited.
        written: records in the database, over all, as are the following.
        replayed: those of them that came out of the spool.
        spilled: records that went into the spool.
        rejected: records that the database refused for their content; they are in `rejected.jsonl`.
        dropped: records lost, because nothing could be written and memory was full.
        last_error: the latest failure, kept after it is over.
    """

    state: str = "ok"
    pending: int = 0
    backlog: int = 0
    oldest: float = 0.0
    written: int = 0
    replayed: int = 0
    spilled: int = 0
    rejected: int = 0
    dropped: int = 0
    last_error: str = ""
