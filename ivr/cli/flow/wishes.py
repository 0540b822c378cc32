"""What callers chose, as lint wants to know it: from the journeys in the store, for flows as they are.

A key that meant something else when it was pressed must not count. So only calls of the version in service
are looked at, and of those only menus whose keys still lead where they led.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from ivr.cli import common
from ivr.flow.checks import Popular
from ivr.flow.model import LoadedFlow
from ivr.insight.menus import options
from ivr.insight.report import Menu, popular, report
from ivr.store import journeys
from ivr.store.connect import open_store
from ivr.store.database import Store
from ivr.store.schema import require_current
from ivr.versions.kept import published

Flows = Mapping[str, LoadedFlow]


def wishes(flows: Flows, since: datetime) -> Popular:
    """The share of callers for each option of the menus of these flows, since a moment (aware), where there
    are enough of them to tell.

    Raises:
        StoreError: there is no database at the setting `store.url`, or it cannot be read.
    """
    with open_store(common.load().settings.store.url, create=False) as store:
        require_current(store)
        return popular(menu for name in flows for menu in _menus(store, name, flows, since))


def _menus(store: Store, name: str, flows: Flows, since: datetime) -> Iterator[Menu]:
    """The menus of callers who came in by one flow, in whatever flow they are."""
    serving = published(store, name) or flows
    version, models = serving[name].version, {each: loaded.flow for each, loaded in serving.items()}
    until = datetime.now(UTC)
    traces = journeys.traces(store, name, since, until, version=version)
    for menu in report(traces, models, name, since, until, current=version).menus:
        if _led(serving, menu) == _led(flows, menu):
            yield menu


def _led(flows: Flows, menu: Menu) -> dict[str, str]:
    """Where each key of a menu leads; nothing: there is no such menu."""
    node = flows[menu.flow].flow.nodes.get(menu.node) if menu.flow in flows else None
    return {key: str(getattr(option, "next", "")) for key, option in options(node).items()}
