"""The API by which agents work and supervisors lead: each order of the worker is a POST of its own.

`agents:self` reaches the agent that one is, `agents:drive` everybody, `supervise` what supervisors do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, create_model

from ivr.routing import arguments
from ivr.routing.arguments import Arguments
from ivr.routing.orders import TABLE
from ivr.web.accounts.entrance import NotAllowed
from ivr.web.accounts.who import Who
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.params import PLAIN
from ivr.web.routing.live import Live
from ivr.web.site import Site

resource = Resource("agent-orders", "What agents and supervisors do.")

Id = Annotated[str, Field(min_length=1, max_length=64, pattern=PLAIN)]

OWN: Final = (
    "sign_in", "sign_out", "ready", "break", "wrap_up_done", "extend", "dispose", "accept", "decline",
    "end_contact", "hang_up", "hold", "retrieve",
    "transfer", "consult", "complete", "cancel", "conference", "dial", "record", "record_stop",
    "record_pause", "record_resume",
)  # fmt: skip
"""Orders `agent.…`, each at `/agents/<agent>/…`."""
LEAD: Final = {
    "monitor": "monitor", "whisper": "whisper", "barge": "barge", "intercept": "intercept",
    "stop": "stop-listening", "hang_up": "end-talk", "force_break": "force-break",
    "force_ready": "force-ready", "force_logout": "force-sign-out",
}  # fmt: skip
"""Orders `supervisor.…`, and where they are."""


class Done(BaseModel):
    """An order that was done."""

    says: str = Field("", description="What is still to come, where a telephone rings first.")


def given(site: Site, who: Who, order: str, agent: str, body: BaseModel | None) -> Done:
    """Have an order done. Raises NotAllowed, NoWorker, IvoryError."""
    if order.startswith("agent.") and agent != who.agent and not who.may("agents:drive"):
        raise NotAllowed(f'"{agent}" is not the agent you are', hint="agents:drive lets one act for others")
    values = body.model_dump(mode="json", exclude_unset=True, exclude_none=True) if body else {}
    answer = site.control(who.by).give(order, agent=agent, **values)
    site.part(Live).forget()
    return Done(says=str(answer.get("says", "")))


def _body(order: str) -> type[BaseModel] | None:
    """What an order takes beside the agent."""
    model: type[Arguments] = TABLE[order].arguments
    if model is arguments.OfAgent:
        return None
    fields: dict[str, Any] = {
        name: (
            field.annotation if not field.metadata else Annotated[field.annotation, *field.metadata],
            field,
        )
        for name, field in model.model_fields.items()
        if name != "agent"
    }
    name = "".join(word.title() for word in order.replace(".", "_").split("_"))
    return create_model(f"{name}In", __base__=In, __doc__=TABLE[order].words, **fields)


def _function(order: str, path: str) -> Callable[..., Done]:
    body = _body(order)

    def bare(site: Site, who: Who, agent: Id) -> Done:
        return given(site, who, order, agent, None)

    def full(site: Site, who: Who, agent: Id, body: Any) -> Done:
        return given(site, who, order, agent, body)

    made: Callable[..., Done] = full if body else bare
    made.__name__, made.__doc__ = path.replace("-", "_"), TABLE[order].words
    if body:
        made.__annotations__["body"] = body
    return made


for _order in OWN:
    _path = _order.replace("_", "-")
    resource.post(f"/agents/<agent>/{_path}", needs="agents:self")(_function(f"agent.{_order}", _path))
for _order, _path in LEAD.items():
    resource.post(f"/agents/<agent>/{_path}", needs="supervise")(_function(f"supervisor.{_order}", _path))
