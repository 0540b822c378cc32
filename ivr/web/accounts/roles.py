"""What each role may do: one table of scopes. Every route names the scope it needs; a token carries some.

A scope is `things:verb`. In a role or a token `things:*` stands for all of a thing, `*` for everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

SCOPES: Final[dict[str, str]] = {
    "me:read": "See and change one's own account.",
    "live:read": "See calls, queues and agents as they are now.",
    "flows:read": "Read flows, their tests and versions.",
    "flows:write": "Edit, check and test flows.",
    "flows:publish": "Publish versions of flows, and go back.",
    "prompts:read": "Listen to prompts.",
    "prompts:write": "Record and replace prompts.",
    "numbers:read": "See which number leads to which flow.",
    "numbers:write": "Lead numbers to flows.",
    "calendars:read": "See opening hours and holidays.",
    "calendars:write": "Change opening hours and holidays.",
    "routing:read": "See skill groups and agents, and simulate.",
    "routing:write": "Change skill groups and agents.",
    "customers:read": "Look customers up.",
    "customers:write": "Change customers.",
    "calls:read": "Search calls and read their journeys.",
    "calls:start": "Start outward calls.",
    "calls:change": "Set variables of live calls, signal them, hang them up.",
    "recordings:read": "Listen to recordings.",
    "contacts:read": "See contacts of all channels.",
    "contacts:write": "Put contacts into queues, change and cancel them.",
    "agents:self": "Work as the agent one is.",
    "agents:drive": "Sign any agent in and out, and act for them.",
    "supervise": "Listen to, join and end agents' talks.",
    "webhooks:read": "See webhooks and their deliveries.",
    "webhooks:write": "Change webhooks, send again what failed.",
    "webhooks:receive": "Post events to Ivory that a flow may wait for.",
    "users:read": "See users and tokens.",
    "users:write": "Change users and tokens.",
    "audit:read": "See who changed what.",
    "settings:read": "See settings and the state of the installation.",
    "phone:use": "Use the web phone.",
}

_SEES = (
    "me:read", "live:read", "flows:read", "prompts:read", "numbers:read", "calendars:read", "routing:read",
    "calls:read", "contacts:read",
)  # fmt: skip

ROLES: Final[dict[str, tuple[str, ...]]] = {
    "admin": ("*",),
    "designer": (
        *_SEES, "flows:*", "prompts:*", "numbers:*", "calendars:*", "customers:read", "webhooks:read",
        "calls:start", "phone:use",
    ),
    "supervisor": (
        *_SEES, "routing:*", "customers:*", "contacts:*", "calls:*", "recordings:read", "calendars:*",
        "agents:*", "supervise", "audit:read", "phone:use",
    ),
    "agent": ("me:read", "live:read", "customers:read", "agents:self", "phone:use"),
    "viewer": _SEES,
}  # fmt: skip

WIDER: Final = {"agents:self": "agents:drive"}
"""Scopes that another one covers: who may act for any agent may act for their own."""


def allows(granted: Iterable[str], scope: str) -> bool:
    """Whether what was granted covers `scope`."""
    wanted = {scope, WIDER.get(scope, scope)}
    return any(
        one == "*" or one in wanted or (one.endswith(":*") and scope.startswith(one[:-1])) for one in granted
    )


def spread(granted: Collection[str]) -> frozenset[str]:
    """All scopes that are covered."""
    return frozenset(scope for scope in SCOPES if allows(granted, scope))


def unknown(scopes: Iterable[str]) -> list[str]:
    """Those that there are not."""
    things = {scope.partition(":")[0] for scope in SCOPES}
    return [
        scope
        for scope in scopes
        if scope != "*" and scope not in SCOPES and not (scope.endswith(":*") and scope[:-2] in things)
    ]
