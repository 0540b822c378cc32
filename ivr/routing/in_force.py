"""The routing plan in force, for whoever is no worker: the store's newest, else the draft, else nobody's."""

from __future__ import annotations

from pathlib import Path

from ivr.acd.plan import EMPTY, LoadedPlan, load
from ivr.errors import IvoryError, StoreError
from ivr.log import get
from ivr.routing.turns import Turns
from ivr.store.database import Store

log = get(__name__)


def in_force(store: Store, draft: Path) -> LoadedPlan:
    """The plan, read anew. One that cannot be read is as if there were none: the log tells of it. Raises
    StoreError."""
    try:
        return Turns(store, "").present() or load(draft.read_bytes(), str(draft))
    except FileNotFoundError:
        return EMPTY
    except OSError as error:
        log.warning("routing plan unreadable", file=str(draft), error=error.strerror)
        return EMPTY
    except StoreError:
        raise
    except IvoryError as error:
        log.warning("routing plan unreadable", file=str(draft), error=str(error))
        return EMPTY
