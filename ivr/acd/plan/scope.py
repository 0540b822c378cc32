"""What `rank` and `match` of a group can see: an agent, and for `rank` a contact, as the router weighs them.

`match` says who belongs to whom, so it sees what stays as it is while the plan does.
"""

from __future__ import annotations

from collections.abc import Mapping

STEADY: Mapping[str, str] = {
    "agent": "The agent's id.",
    "grade": "The agent's grade.",
    "skills": "The agent's skills with their levels: `skills.billing`.",
    "tier": "The agent's level within the group.",
    "position": "The agent's position within that level.",
    "group": "The group's name.",
}
"""Names that `match` sees."""

CHANGING: Mapping[str, str] = {
    "calls_today": "Contacts the agent has served today.",
    "talk_today": "Seconds the agent has talked today.",
    "idle": "Seconds since the agent served last.",
    "occupancy": "Share of the time signed in that was work: 0 to 1.",
    "no_answers": "Offers in a row that the agent has not answered.",
    "priority": "The contact's priority.",
    "waited": "Seconds the contact has waited.",
    "channel": "The contact's channel: `voice`, `chat` or another.",
    "customer": "The customer's key in the directory; empty where that is not known.",
    "last_agent": "Whether this agent served that customer last.",
}
"""Names that `rank` sees beside."""

NAMES: Mapping[str, Mapping[str, str]] = {"match": STEADY, "rank": {**STEADY, **CHANGING}}
"""By option."""

FUNCTIONS: Mapping[str, str] = {"level": "The agent's level in a skill, 0 for none: `level('billing')`."}
"""Functions beside those of flows."""
