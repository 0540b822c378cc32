"""Do targets and the flow's head name what there is?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivr.errors import Finding
from ivr.flow import checks
from ivr.flow.lint.source import Source, View
from ivr.flow.types import Target
from ivr.registry import did_you_mean


def check(view: View) -> Iterator[Finding]:
    """F201, F202, F209."""
    flow = view.flow
    for option in ("start", "on_hangup"):
        name = getattr(flow, option)
        if name and name not in flow.nodes:
            yield view.of((), checks.unknown((option,), "F201", "node", name, flow.nodes))
    for index, name in enumerate(flow.inputs):
        if name not in flow.vars:
            message = f'input "{name}" is not a variable'
            near = did_you_mean(name, flow.vars)
            hint = near if near.startswith("did") else f"add `{name}: null` to vars"
            yield view.finding(("inputs", index), "F209", message, hint)
    for part in view.parts:
        target = part.value
        if not isinstance(target, Target):
            continue
        if target.kind == "node" and target.name not in flow.nodes:
            yield view.of((), checks.unknown(part.path, "F201", "node", target.name, flow.nodes))
        elif target.kind == "flow" and target.name not in view.flows:
            yield view.of((), checks.unknown(part.path, "F202", "flow", target.name, view.flows))


def orphans(sources: Mapping[str, Source], broken: set[str]) -> list[Finding]:
    """F202 for each flow that leads to one of the `broken`, which cannot serve."""
    findings = []
    flows = {source.loaded.id: source.loaded.flow for source in sources.values()}
    for source in sources.values() if broken else ():
        view = View(source, flows)
        uses = {
            part.value.name: part.path
            for part in view.parts
            if isinstance(part.value, Target) and part.value.kind == "flow"
        }
        for name, node in view.flow.nodes.items():
            uses |= dict.fromkeys(node.subflows(), ("nodes", name))
        for flow in sorted(broken & uses.keys()):
            message = f'the flow "{flow}" has errors itself'
            findings.append(view.finding(uses[flow], "F202", message, "repair that one first"))
    return findings
