"""How each node type looks: its family decides shape and colour, its icon says which it is.

Colours follow Okabe and Ito (2008), so that they differ to every eye; shape and icon say the same again, so a
print in grey says all. A type from elsewhere has a look of its own family, `other`.
"""

from __future__ import annotations

from collections.abc import Mapping

FAMILIES = {
    "ask": ("menu", "collect", "listen", "record", "survey"),
    "say": ("play", "language", "message"),
    "decide": ("branch", "hours", "split", "set"),
    "do": ("operation", "notify", "subflow"),
    "people": ("transfer", "callback"),
    "end": ("hangup", "reject"),
}

ICONS: Mapping[str, str] = {  # paths in a square of 16, drawn as lines
    "menu": "M3 3h.01M8 3h.01M13 3h.01M3 8h.01M8 8h.01M13 8h.01M3 13h.01M8 13h.01M13 13h.01",
    "collect": "M6 2 4 14M12 2 10 14M2.5 6h11.5M2 10.5h11.5",
    "listen": "M8 1.5a2 2 0 0 1 2 2v4a2 2 0 0 1-4 0v-4a2 2 0 0 1 2-2M3.5 7.5a4.5 4.5 0 0 0 9 0M8 12v3",
    "record": "M8 1.5a6.5 6.5 0 1 0 .01 0M8 5.5a2.5 2.5 0 1 0 .01 0",
    "survey": "M8 1.5 10 6l4.5.5-3.3 3 1 4.5L8 11.7 3.8 14l1-4.5-3.3-3L6 6z",
    "play": "M2 6v4h2.5L8 13V3L4.5 6zM10.5 5.5a3.5 3.5 0 0 1 0 5M12.5 3.5a6.5 6.5 0 0 1 0 9",
    "language": "M8 1.5a6.5 6.5 0 1 0 .01 0M1.5 8h13M8 1.5c-4.5 4-4.5 9 0 13M8 1.5c4.5 4 4.5 9 0 13",
    "message": "M2 3.5h12v9H2zM2 4l6 5 6-5",
    "branch": "M8 1.5V6M8 6 3 10.5V14M8 6l5 4.5V14",
    "hours": "M8 1.5a6.5 6.5 0 1 0 .01 0M8 4.5V8l2.5 2",
    "split": "M4 4.5a1.8 1.8 0 1 0 .01 0M12 8a1.8 1.8 0 1 0 .01 0M13 2.5 3 13.5",
    "set": "M2.5 5.5h11M2.5 10.5h11",
    "operation": "M2 5.5h11M10 2.5l3 3-3 3M14 10.5H3M6 7.5l-3 3 3 3",
    "notify": "M3.5 11.5h9L11 9.5V6.5a3 3 0 0 0-6 0v3zM6.8 14h2.4",
    "subflow": "M2.5 2.5h11v11h-11zM5.5 8h5M8.5 6l2 2-2 2",
    "transfer": "M5.5 2.5 3 2.2C1.5 8 7 14.5 13.5 13.5l.3-2.7-3-1.3-1.5 1.5C7.5 10 6.5 8.5 5.7 6.7L7 5.4z",
    "callback": "M5.5 4.5 4 4.3C3 8.5 7 13.5 12 13l.2-2-2.2-1-1.2 1.1C7.5 10.5 6.7 9.2 6.2 8l1-1zM14 7V2.5"
    "H9.5M14 2.5l-4 4",
    "hangup": "M1.5 9.5c0-4.5 13-4.5 13 0v1.5l-3.5-.5V8.3c-2-.7-4-.7-6 0v2.2L1.5 11z",
    "reject": "M8 1.5a6.5 6.5 0 1 0 .01 0M3.5 3.5l9 9",
    "other": "M8 1.5 14 5v6l-6 3.5L2 11V5z",
}

EXITS: Mapping[str, str] = {  # signs of ways that are not drawn, in a square of 12
    "end": "M2.5 2.5h7v7h-7z",
    "back": "M5 2 1.5 5.5 5 9M1.5 5.5H8a2.5 2.5 0 0 1 0 5H6",
    "repeat": "M10 4.5A4.5 4.5 0 1 0 10.5 7M10.5 1.5v3h-3",
    "return": "M10.5 1.5v5h-8M5.5 3.5l-3 3 3 3",
    "flow": "M2.5 11V1.5h7V11M.5 11h11M7 6.5h.01",
    "jump": "M1.5 6h8.5M7 3l3 3-3 3",
    "missing": "M6 1.5v6M6 10.5h.01",
}

_FAMILY = {name: family for family, names in FAMILIES.items() for name in names}

Palette = Mapping[str, str]

LIGHT: Palette = {
    "paper": "#ffffff",
    "ink": "#1b2026",
    "soft": "#57606a",
    "line": "#5d6873",
    "faint": "#96a0aa",
    "rule": "#d5dae0",
    "ask": "#0068a5", "ask-tint": "#e8f3fa",
    "say": "#4a6572", "say-tint": "#f0f4f6",
    "decide": "#9a6300", "decide-tint": "#fdf3df",
    "do": "#88427f", "do-tint": "#f8ecf6",
    "people": "#007056", "people-tint": "#e3f4ef",
    "end": "#b03c00", "end-tint": "#fceee6",
    "other": "#5d6873", "other-tint": "#f3f4f6",
    "goal": "#007056",
    "missing": "#b00020",
}  # fmt: skip
DARK: Palette = {
    "paper": "#14181d",
    "ink": "#e8edf2",
    "soft": "#a3adb8",
    "line": "#93a0ad",
    "faint": "#66717c",
    "rule": "#343c45",
    "ask": "#6fbcf0", "ask-tint": "#14283a",
    "say": "#a5bcc8", "say-tint": "#1f282e",
    "decide": "#edb347", "decide-tint": "#33270f",
    "do": "#de9bd4", "do-tint": "#32203a",
    "people": "#4fcca9", "people-tint": "#0f2f27",
    "end": "#ff9763", "end-tint": "#3a2013",
    "other": "#a3adb8", "other-tint": "#23292f",
    "goal": "#4fcca9",
    "missing": "#ff7b86",
}  # fmt: skip


def family(node_type: str) -> str:
    """Which family a node type belongs to."""
    return _FAMILY.get(node_type, "other")


def icon(node_type: str) -> str:
    """The path of a type's icon."""
    return ICONS.get(node_type, ICONS["other"])
