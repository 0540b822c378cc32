"""The database as the post process has it: one connection in a thread of its own, made anew when it fails.

Greenlets that deliver never wait for a lock of the database's; they hand in a question and have its answer.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Concatenate, ParamSpec, TypeVar, cast

import gevent
from gevent.threadpool import ThreadPool

from ivr.errors import StoreError
from ivr.store.database import Store

_T = TypeVar("_T")
_P = ParamSpec("_P")


class Ledger:
    """Asks a store.

    Args:
        open_database: opens the store; called in the thread, and again after each failure.
    """

    def __init__(self, open_database: Callable[[], Store]) -> None:
        self._open_database = open_database
        self._thread = ThreadPool(1)
        self._store: Store | None = None

    def ask(
        self, question: Callable[Concatenate[Store, _P], _T], *arguments: _P.args, **named: _P.kwargs
    ) -> _T:
        """What `question` makes of the store and its arguments. Raises StoreError: it cannot be used now."""
        answer = self._thread.apply(self._answer, (lambda store: question(store, *arguments, **named),))
        if isinstance(answer, StoreError):
            raise answer
        return cast("_T", answer)

    def close(self) -> None:
        """Let go of the database; a question that is held up is left alone."""
        with suppress(gevent.Timeout), gevent.Timeout(1.0):
            self._thread.spawn(self._close).get()
        self._thread.kill()

    def _answer(self, question: Callable[[Store], _T]) -> _T | StoreError:
        """In the thread; errors come back as values, since the pool would print them."""
        try:
            if self._store is None:
                self._store = self._open_database()
            self._store.verify()
            return question(self._store)
        except Exception as error:  # whatever a database comes up with: what is not delivered waits there
            self._close()
            return error if isinstance(error, StoreError) else StoreError(f"{type(error).__name__}: {error}")

    def _close(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            with suppress(Exception):  # it is given up because it failed, which is told
                store.close()
