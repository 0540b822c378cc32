"""What a flow refers to, where it leads, and what callers will dislike about it.

The loader has judged the flow's shape; this looks at its meaning, alone and among the other flows. One file
here is one kind of question; what only one node type can know, its own `problems` say. What is not known
(sounds, settings, journeys) is not judged.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import chain, islice
from typing import TYPE_CHECKING

from ivr.errors import Finding
from ivr.flow.checks import People, Popular
from ivr.flow.lint import (
    between,
    confidential,
    graph,
    lengths,
    mistaken,
    names,
    nodes,
    outcomes,
    prompts,
    references,
    rounds,
    shadows,
)
from ivr.flow.lint.codes import CODES
from ivr.flow.lint.references import orphans
from ivr.flow.lint.source import Source, View

if TYPE_CHECKING:
    from ivr.settings import Http

__all__ = ["CODES", "Source", "lint", "orphans"]

MAX_FINDINGS = 100  # of one flow; whoever has more repairs those first
_CHECKS = (
    references, outcomes, names, confidential, prompts, nodes, graph, rounds, lengths, shadows, mistaken,
)  # fmt: skip


def lint(
    sources: Mapping[str, Source],
    has_sound: Callable[[str], bool] = lambda _file: True,
    *,
    http: Http | None = None,
    popular: Popular | None = None,
    only: Collection[str] | None = None,
    people: People | None = None,
) -> list[Finding]:
    """Every finding about these flows, file by file in the order of the lines.

    Args:
        sources: the flows by file.
        has_sound: whether a sound file exists.
        http: the settings of HTTP operations; without them, where operations go is not judged.
        popular: what callers chose; without it, the order of options is not judged.
        only: the files whose findings are wanted; all when left out.
        people: who is there to answer; without it, skill groups and agents are not judged.
    """
    flows = {source.loaded.id: source.loaded.flow for source in sources.values()}
    secrets = confidential.secrets(flows)
    among = between.check(sources)
    findings: list[Finding] = []
    for file, source in sources.items():
        if only is not None and file not in only:
            continue
        secret = secrets.get(source.loaded.id, frozenset())
        view = View(source, flows, has_sound, http, popular or {}, secret, people)
        found = chain(
            (finding for finding in among if finding.place.file == file),
            *(check.check(view) for check in _CHECKS),
        )
        findings += sorted(
            islice(found, MAX_FINDINGS), key=lambda one: (one.place.line, one.place.column, one.code)
        )
    return findings
