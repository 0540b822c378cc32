"""What is posted: whole, as it stood when it happened, hidden where it must be, and as it is documented."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ivr.errors import IvoryError
from ivr.store import customers
from ivr.store.customers import Customer
from ivr.store.database import Store
from ivr.store.records import (
    CallbackRecord,
    CallRecord,
    ContactRecord,
    EventRecord,
    Record,
    RecordingRecord,
    Step,
    SurveyAnswer,
)
from ivr.store.webhooks import endpoints, outbox
from ivr.store.webhooks.endpoints import Endpoint
from ivr.store.webhooks.events import event
from ivr.store.webhooks.secrets import Secret
from ivr.webhooks import pop
from ivr.webhooks.bodies import body_of
from ivr.webhooks.herald import Herald
from ivr.webhooks.known import JOURNEY, Known
from ivr.webhooks.spreader import spread
from ivr.webhooks.types import TYPES, wanted
from tests.unit.webhooks.test_webhook_herald import Keeper

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
Save = Callable[..., None]


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def posted(store: Store, save: Save, *records: Record) -> dict[str, Any]:
    """The `data` of each event that records mean, by its type; all are known when it is made."""
    keeper = Keeper()
    for record in records:
        Herald(keeper, lambda _kind: True).put(record)
    save(*keeper.kept)
    known = Known.of(store, keeper.events)
    return {one.type: body_of(one, known)[1] for one in keeper.events}


CALL = CallRecord("c1", NOW, "hotline", "v1", "13800138000", "95598", "Wang", "zh-CN", node="fs1")
OVER = CallRecord(
    "c1", NOW, answered=later(1), ended=later(60), end="completed", hangup_cause="NORMAL_CLEARING"
)
WAITS = ContactRecord(
    "c1:3", later(10), call="c1", group="billing", customer="4711", ani="+8613800138000", priority=2.0
)
TALKS = ContactRecord(
    "c1:3", later(10), agent="1001", answered=later(20), disposition="answered", waited=10.0
)
DONE = ContactRecord("c1:3", later(10), agent="1001", ended=later(50), talk=30.0, hold=0.0, ended_by="caller")


@pytest.fixture
def wang(store: Store) -> Customer:
    who = Customer(
        "4711", NOW, ("+8613800138000",), "王芳", "电力公司", True, ("gold",), attributes={"meter": "M7"}
    )
    customers.write(store, [who])
    return who


def test_a_call_begins_and_ends(store: Store, save: Save, wang: Customer) -> None:
    told = posted(store, save, CALL, OVER)
    started, ended = told["call.started"], told["call.ended"]
    assert (started["call"]["ani"], started["call"]["dnis"]) == ("+8613800138000", "95598")
    assert started["call"]["started"] == "2026-11-22T12:00:00Z"
    assert (started["call"]["end"], started["call"]["ended"]) == (None, None)  # although it is known by now
    assert (ended["call"]["end"], ended["call"]["cause"]) == ("completed", "NORMAL_CLEARING")
    assert ended["customer"]["name"] == "王芳"


def test_a_node_is_told_as_it_was_when_the_caller_came(store: Store, save: Save) -> None:
    step = ("c1", 1, "hotline", "main", "menu", later(2))
    entered = posted(store, save, CALL, Step(*step))["call.node"]
    assert entered["step"]["node"] == "main"
    assert (entered["phase"], entered["step"]["outcome"]) == ("entered", None)
    left = posted(store, save, Step(*step, later(5), "1", "1", {"status": 200}))["call.node"]
    assert (left["phase"], left["step"]["outcome"], left["detail"]) == ("left", "1", {"status": 200})


def test_a_contact_is_told_as_it_stood(store: Store, save: Save, wang: Customer) -> None:
    told = posted(store, save, CALL, WAITS, TALKS, DONE)
    queued, answered, ended = (told[f"contact.{name}"] for name in ("queued", "answered", "ended"))
    assert (queued["contact"]["agent"], queued["contact"]["disposition"]) == (None, None)
    assert (answered["contact"]["waited"], answered["contact"]["talk"]) == (10.0, None)
    assert (ended["contact"]["talk"], ended["contact"]["hold"], ended["contact"]["ended_by"]) == (
        30.0,
        0.0,
        "caller",
    )
    assert queued["call"]["flow"] == "hotline"
    assert queued["contact"]["priority"] == 2.0


def test_a_screen_pop_has_the_customer_and_the_journey_so_far(
    store: Store, save: Save, wang: Customer
) -> None:
    steps = [Step("c1", visit, "hotline", f"n{visit}", "menu", later(visit)) for visit in range(1, 70)]
    told = posted(store, save, CALL, WAITS, *steps, TALKS)["contact.answered"]
    assert told["customer"]["attributes"] == {"meter": "M7"}
    assert told["agent"] == "1001"
    visits = [step["visit"] for step in told["journey"]]
    assert visits == list(range(1, 21))  # what came after the answer is not told
    many = [Step("c1", 100 + visit, "hotline", "n", "menu", later(0)) for visit in range(80)]
    told = posted(store, save, *many, ContactRecord("c1:3", later(10), agent="1002", answered=later(21)))
    assert len(told["contact.answered"]["journey"]) == JOURNEY


def test_recordings_surveys_and_callbacks(store: Store, save: Save, wang: Customer) -> None:
    told = posted(
        store,
        save,
        CALL,
        WAITS,
        RecordingRecord("c1-1", later(20), "c1", "c1:3", "1001", "billing", "a.wav", ended=later(50),
                        paused=((1.0, 2.5),), result="done"),
        SurveyAnswer("c1", 5, "happy", later(55), "hotline", "rate", 0, "bad", contact="c1:3", agent="1001"),
        CallbackRecord("c1:7", "+8613800138000", "billing", later(8), "waiting", customer="4711", call="c1"),
    )  # fmt: skip
    recording = told["recording.ready"]
    assert (recording["recording"]["path"], recording["recording"]["paused"]) == ("a.wav", [[1.0, 2.5]])
    assert recording["contact"]["id"] == "c1:3"
    assert (told["survey.answered"]["score"], told["survey.answered"]["answer"]) == (0, "bad")
    callback = told["callback.requested"]
    assert (callback["callback"]["number"], callback["customer"]["id"]) == ("+8613800138000", "4711")


@pytest.mark.parametrize("kind", TYPES)
def test_of_what_nothing_is_known_something_is_told(store: Store, kind: str) -> None:
    """Its record was refused, or is long gone: the event goes out nevertheless."""
    data = {
        "visit": 1, "phase": "left", "agent": "1001", "state": "busy", "recording": "r", "item": "happy",
        "callback": "k", "version": "v", "kind": "publish", "percent": 100, "turn": 1,
    }  # fmt: skip
    if kind == "flow.published":
        data = {name: data[name] for name in ("version", "kind", "percent", "turn")}
    made = event(kind, "x", NOW, "s", call="gone", contact="gone:1", flow="hotline", data=data)
    text, _ = body_of(made, Known.of(store, [made]))
    assert json.loads(text)["type"] == kind


def test_a_withheld_number_is_null_and_a_name_stays_a_name(store: Store, save: Save) -> None:
    told = posted(store, save, CallRecord("c2", NOW, "hotline", ani="anonymous", dnis="hotline"))[
        "call.started"
    ]
    assert (told["call"]["ani"], told["call"]["dnis"]) == (None, "hotline")


def test_every_field_is_there_and_documented() -> None:
    def inner(schema: dict[str, Any]) -> None:
        for part in [schema, *schema.get("$defs", {}).values()]:
            for name, field in part.get("properties", {}).items():
                assert field.get("description", "").endswith((".", "`")), f"{part['title']}.{name}"

    for one in TYPES.values():
        inner(one.data.model_json_schema())


def test_what_is_posted_fits_its_schema(store: Store, save: Save, wang: Customer) -> None:
    for kind, data in posted(store, save, CALL, WAITS, TALKS, DONE, OVER).items():
        TYPES[kind].data.model_validate_json(json.dumps(data), strict=False)


# Whom it concerns -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("patterns", "kind", "chosen"),
    [
        (["*"], "call.node", True),
        (["call.*"], "call.node", True),
        (["call.node"], "call.node", True),
        (["call.ended"], "call.node", False),
        (["call"], "call.node", False),
        (["order.*"], "order.paid.late", True),
        (["order.paid.*"], "order.paid", False),
        ([], "call.node", False),
    ],
)
def test_patterns(patterns: list[str], kind: str, chosen: bool) -> None:
    assert wanted(kind, patterns) is chosen


def endpoint(store: Store, name: str, **more: Any) -> None:
    more = {"events": ("*",), **more}
    endpoints.add(
        store,
        Endpoint(name, "https://x.example", secrets=(Secret("x", NOW),), created=NOW, changed=NOW, **more),
    )


def heard(store: Store) -> dict[str, list[str]]:
    while spread(store, NOW)[0]:
        pass
    found: dict[str, list[str]] = {}
    for one in reversed(outbox.latest(store)):
        found.setdefault(one.endpoint, []).append(one.type)
    return found


def test_endpoints_hear_of_their_flows_and_groups_only(store: Store, save: Save) -> None:
    endpoint(store, "all")
    endpoint(store, "hotline", flows=("hotline",))
    endpoint(store, "other", flows=("other",))
    endpoint(store, "billing", groups=("billing",))
    endpoint(store, "vip", groups=("vip",))
    endpoint(store, "off", enabled=False)
    posted(store, save, CALL, WAITS)
    assert heard(store) == {
        "all": ["call.started", "contact.queued"],
        "hotline": ["call.started", "contact.queued"],
        "billing": ["contact.queued"],
    }


def test_each_endpoint_has_its_own_page_to_pop_up(store: Store, save: Save, wang: Customer) -> None:
    endpoint(
        store,
        "crm",
        pop="https://crm.example/c/{{ customer.id }}?tel={{ contact.ani }}",
        events=("contact.*",),
    )
    endpoint(store, "plain", events=("contact.answered",))
    posted(store, save, CALL, WAITS, TALKS)
    heard(store)
    pops = {(one.endpoint, one.type): one.pop for one in outbox.latest(store)}
    assert pops == {
        ("crm", "contact.queued"): "",
        ("crm", "contact.answered"): "https://crm.example/c/4711?tel=%2B8613800138000",
        ("plain", "contact.answered"): "",
    }


def test_one_event_that_cannot_be_told_holds_up_nobody(store: Store, save: Save) -> None:
    endpoint(store, "all")
    save(event("agent.state", "broken", NOW, "agent:1"), EventRecord("evt_ok", 1 << 60, "x.y", NOW, "s"))
    assert heard(store) == {"all": ["x.y"]}


# Screen pop -------------------------------------------------------------------------------------------


def test_a_value_cannot_lead_a_url_elsewhere() -> None:
    data = {"contact": {"ani": "@evil.example/?x=#&"}, "customer": None}
    assert pop.url("https://crm.example/{{ contact.ani }}", data) == (
        "https://crm.example/%40evil.example%2F%3Fx%3D%23%26"
    )


@pytest.mark.parametrize(
    "template",
    ["{{ contact.ani }}", "javascript:alert(1)", "https://{{ contact.ani }}/", "https://x.example/{{ pin }}",
     "x", "https://x.example/{{ contact.ani", "https://x.example{{ contact.ani }}", ""],
)  # fmt: skip
def test_a_template_that_leads_nowhere_sure_is_refused(template: str) -> None:
    with pytest.raises(IvoryError, match="screen pop"):
        pop.parse(template)
