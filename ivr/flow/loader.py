"""From YAML text to a flow, with every mistake found at once and shown where it stands.

Only the shape is judged here; what names refer to is `lint`'s business.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from pydantic import ValidationError

from ivr.errors import Finding, FlowError
from ivr.flow import shape, yaml
from ivr.flow.checks import Path
from ivr.flow.model import Flow, LoadedFlow, Node
from ivr.flow.shape import Subject
from ivr.flow.types import shortened
from ivr.registry import did_you_mean

MAX_FINDINGS = 100  # of one file; whoever has more repairs those first

NodeTypes = Mapping[str, type[Node]]


def load(
    text: str | bytes, file: str, node_types: NodeTypes, sounds: Mapping[str, str] | None = None
) -> tuple[LoadedFlow, yaml.Document]:
    """Read one flow.

    Args:
        text: the YAML.
        file: its name, for messages.
        node_types: what `type:` may say.
        sounds: where sounds are that the flow brings along, by the name it has for them.

    Returns:
        The flow, and the document that knows where everything stands.

    Raises:
        FlowError: with every finding, in the order of the file.
    """
    document = yaml.parse(text, file)
    if not isinstance(document.data, dict):
        raise FlowError(
            [Finding(document.place(()), "F100", "this is no flow", "a flow begins with `id: my_flow`")]
        )
    raw = text.encode() if isinstance(text, str) else text
    # As bytes: a sign may end a line for str.splitlines that ends none for YAML.
    lines = [line.decode(errors="replace") for line in raw.removeprefix(b"\xef\xbb\xbf").splitlines()]
    context = {"sounds": sounds or {}}
    nodes, findings = _nodes(document, lines, node_types, context)
    flow = None
    try:
        whole = document.data if nodes is None else {**document.data, "nodes": nodes}
        flow = Flow.model_validate(whole, context=context)
    except ValidationError as error:
        subject = Subject(document, lines, document.data, (), Flow, "the flow")
        # Where every node is wrong, none is left here, and that need not be said again.
        findings += [
            finding
            for finding in shape.findings(error, subject)
            if nodes != {} or not findings or finding.place != document.place(("nodes",))
        ]
    if flow is None or findings:
        raise FlowError(
            sorted(findings, key=lambda one: (one.place.line, one.place.column, one.code))[:MAX_FINDINGS]
        )
    return LoadedFlow(flow, hashlib.sha256(raw).hexdigest()[:16], file), document


def _nodes(
    document: yaml.Document, lines: list[str], node_types: NodeTypes, context: Mapping[str, object]
) -> tuple[dict[str, Node] | None, list[Finding]]:
    """The nodes that are right, and what is wrong with the others; None where nodes are no mapping."""
    raw = document.data.get("nodes")
    if not isinstance(raw, dict):
        return None, []
    nodes: dict[str, Node] = {}
    findings: list[Finding] = []
    for name, data in raw.items():
        if len(findings) >= MAX_FINDINGS:
            break
        path: Path = ("nodes", name)
        kind = data.get("type") if isinstance(data, dict) else None
        if kind is None:
            hint = "write `type: play`, or another of them"
            message = f'node "{shortened(name)}" has no type'
            findings.append(Finding(document.place(path, key=True), "F101", message, hint))
        elif not isinstance(kind, str) or kind not in node_types:
            message = f'there is no node type "{shortened(str(kind))}"'
            hint = did_you_mean(str(kind), list(node_types))
            findings.append(Finding(document.place((*path, "type")), "F102", message, hint))
        else:
            try:
                nodes[name] = node_types[kind].model_validate(data, context=context)
            except ValidationError as error:
                subject = Subject(document, lines, data, path, node_types[kind], kind)
                findings += shape.findings(error, subject)
    return nodes, findings
