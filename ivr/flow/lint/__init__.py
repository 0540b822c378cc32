"""What a flow refers to: nodes, flows, variables, calendars, sounds, languages. Each must lead somewhere.

The loader has judged the flow's shape; this looks at its meaning, alone and among the other flows. One file
here is one kind of question; what only one node type can know, its own `problems` say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain, islice

from ivr.errors import Finding
from ivr.flow.lint import between, graph, names, nodes, outcomes, prompts, references
from ivr.flow.lint.codes import CODES
from ivr.flow.lint.references import orphans
from ivr.flow.lint.source import Source, View

__all__ = ["CODES", "Source", "lint", "orphans"]

MAX_FINDINGS = 100  # of one flow; whoever has more repairs those first
_CHECKS = (references, outcomes, names, prompts, nodes, graph)


def lint(
    sources: Mapping[str, Source], has_sound: Callable[[str], bool] = lambda _file: True
) -> list[Finding]:
    """Every finding about these flows, file by file in the order of the lines.

    Args:
        sources: the flows by file.
        has_sound: whether a sound file exists.
    """
    flows = {source.loaded.id: source.loaded.flow for source in sources.values()}
    among = between.check(sources)
    findings: list[Finding] = []
    for file, source in sources.items():
        view = View(source, flows, has_sound)
        found = chain(
            (finding for finding in among if finding.place.file == file),
            *(check.check(view) for check in _CHECKS),
        )
        findings += sorted(
            islice(found, MAX_FINDINGS), key=lambda one: (one.place.line, one.place.column, one.code)
        )
    return findings
