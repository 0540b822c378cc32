"""The page of skill groups: prose, and the tables of a routing plan's options, strategies and names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from option_tables import option_table, prose, row, title_of
from pydantic import BaseModel
from reader import Reader
from regions import filled

from ivr.acd.plan import model, scope
from ivr.acd.strategies import TABLE

READER = Reader(up="./")
PARTS: tuple[type[BaseModel], ...] = (
    model.Centre,
    model.GroupDefaults,
    model.SkillGroup,
    model.AgentProfile,
    model.Relaxation,
    model.OverflowRule,
    model.Elsewhere,
    model.LastAgent,
    model.Announcement,
    model.Recording,
    model.GroupPlace,
    model.AgentPlace,
    model.Code,
)
"""In the order of the page."""


def plan_page(folder: Path) -> str:
    """The page in `folder`."""
    text = (folder / "skill-groups.md").read_text(encoding="utf-8")
    strategies = {**{name: f"{each.says[:1].upper()}{each.says[1:]}." for name, each in TABLE.items()},
                  "random": "By lot."}  # fmt: skip
    made = {
        "options": "\n".join(line for part in PARTS for line in _part(part)),
        "strategies": _table("strategy", strategies),
        "match": _table("name", scope.STEADY),
        "rank": _table("name", scope.CHANGING),
    }
    return filled(text, made)


def _part(part: type[BaseModel]) -> Iterator[str]:
    """A heading, a sentence, and the options that are not told with another part."""
    told = model.GroupDefaults.model_fields if part is model.SkillGroup else {}
    title = title_of(part, READER)
    yield f"### {title[:1].upper()}{title[1:]}\n\n{prose(part)}\n"
    yield from (
        line for line in option_table(part, READER) if line.split("`")[1:2] not in [[name] for name in told]
    )
    yield ""


def _table(heading: str, rows: Mapping[str, str]) -> str:
    return "\n".join(
        [row(heading, ""), "|---|---|", *(row(f"`{name}`", words) for name, words in rows.items())]
    )
