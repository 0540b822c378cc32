"""The spool's half of the writer: records put on disk and taken from it, in a thread that waits for it only.

Nothing here logs or raises: what happened goes back as an answer; the calls' thread decides and speaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ivr.store.rows import Misfit, Row, from_line, to_line
from ivr.store.spool import Spool

Item = Row | Misfit


@dataclass(frozen=True, slots=True)
class Holding:
    """What the shelf holds after a turn.

    Args:
        backlog: lines that wait in the spool now.
        rows: the oldest of them, where they were asked for.
        misfits: lines among these that are no records.
        rejected: records that were set aside.
        error: why the turn failed; then nothing was put on the shelf, and all of it is to be tried again.
        note: what a person should hear of, although the turn did not fail.
    """

    backlog: int
    rows: tuple[Row, ...] = ()
    misfits: tuple[Misfit, ...] = ()
    rejected: int = 0
    error: str = ""
    note: str = ""


class Shelf:
    """Made anywhere, then used by one thread only."""

    def __init__(self, folder: Path) -> None:
        self._spool = Spool(folder)

    def look(self) -> Holding:
        """Take over what processes that are no more left in the spool."""
        try:
            self._spool.adopt()
        except OSError as error:
            return self._holding(note=f"spool: {error}")
        return self._holding()

    def keep(self, rows: Sequence[Row]) -> Holding:
        """Put `rows` into the spool, behind what is there."""
        try:
            if rows:
                self._spool.append([to_line(row) for row in rows])
        except OSError as error:
            return self._holding(error=f"spool: {error}")
        return self._holding()

    def oldest(self, count: int) -> Holding:
        """Up to `count` of the oldest lines, which stay until `done`."""
        rows: list[Row] = []
        misfits: list[Misfit] = []
        try:
            lines = self._spool.peek(count)
        except OSError as error:
            return self._holding(note=f"spool: {error}")
        for line in lines:
            try:
                rows.append(from_line(line))
            except (ValueError, RecursionError) as error:
                misfits.append(Misfit(line[:8192].decode("utf-8", "backslashreplace"), str(error)))
        return Holding(self._spool.backlog, tuple(rows), tuple(misfits))

    def done(self, misfits: Sequence[Misfit]) -> Holding:
        """Forget what `oldest` gave last; those of it that will never be in the database are set aside."""
        aside = self.set_aside(misfits)
        self._spool.advance()
        return self._holding(rejected=aside.rejected, note=aside.note)

    def set_aside(self, misfits: Sequence[Misfit]) -> Holding:
        """Put `misfits` where a person finds them."""
        if not misfits:
            return self._holding()
        note = f"{len(misfits)} records refused: {misfits[0].reason}"
        try:
            self._spool.reject([(misfit.text, misfit.reason) for misfit in misfits])
        except OSError as error:
            note = f"{note}; not set aside: spool: {error}"
        return self._holding(rejected=len(misfits), note=note)

    def close(self) -> None:
        """Let go of the spool; what is in it stays for the next start."""
        self._spool.close()

    def _holding(self, *, rejected: int = 0, error: str = "", note: str = "") -> Holding:
        return Holding(self._spool.backlog, rejected=rejected, error=error, note=note)
