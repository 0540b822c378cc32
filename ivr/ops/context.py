"""Puts a call's id, flow and node on every line that is logged on the call's own greenlet.

Code deep inside need not know which call it works for. A greenlet begins with an empty context, so nothing
of one call is ever on a line of another.
"""

from __future__ import annotations

from structlog.contextvars import bind_contextvars, unbind_contextvars

from ivr.runtime.journey import CallFinished, CallStarted, JourneyEvent, NodeEntered


def name_lines(event: JourneyEvent) -> None:
    """A journey's listener; it is told on the greenlet that walks the call."""
    match event:
        case CallStarted():
            bind_contextvars(call=event.call, flow=event.flow)
        case NodeEntered():
            bind_contextvars(call=event.call, flow=event.flow, node=event.node)
        case CallFinished():
            unbind_contextvars("call", "flow", "node")
