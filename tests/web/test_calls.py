"""The API for calls and recordings, as a page or a program uses it."""

from __future__ import annotations

import csv
import io
import wave
from array import array
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from ivr.errors import Invalid, IvoryError
from ivr.flow.bundle import Bundle
from ivr.flow.releases import Release
from ivr.settings import Calls, Settings
from ivr.store import versions
from ivr.store.records import (
    CallbackRecord,
    CallRecord,
    ContactRecord,
    EventRecord,
    OfferRecord,
    Record,
    RecordingRecord,
    Step,
    SurveyAnswer,
)
from ivr.store.rows import pack
from ivr.store.upsert import Upsert
from ivr.web.site import Site
from tests.web.worker import Worker

NOON = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FLOW = b"""
id: hotline
languages: [en-US]
nodes:
  main: {type: menu, prompt: "For bills press 1.", options: {1: bill, 2: bye}}
  bill: {type: play, prompt: "You owe nothing.", next: bye}
  bye: {type: hangup}
"""
Ask = Callable[..., Any]


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"calls": Calls(recordings=tmp_path / "recordings")})


@pytest.fixture
def ask(bearer: Callable[..., Ask]) -> Ask:
    return bearer("calls:*", "recordings:read", "contacts:*", "live:read", "audit:read")


@pytest.fixture
def put(site: Site) -> Callable[..., None]:
    return lambda *records: _put(site, records)


def _put(site: Site, records: tuple[Record, ...]) -> None:
    def write(store: Any) -> None:
        with store.errors():
            assert Upsert(store)([pack(record) for record in records]) == []

    site.ask(write)


@pytest.fixture
def call(site: Site, put: Callable[..., None], settings: Settings) -> str:
    """A call that pressed 1, heard the bill, talked with an agent, was recorded and rated."""
    bundle = Bundle.of("hotline", {"hotline": FLOW}, {})
    release = Release("hotline", 1, "publish", bundle.id, NOON)
    site.ask(versions.keep, bundle, release)
    folder = settings.calls.recordings
    folder.mkdir()
    with wave.open(str(folder / "talk.wav"), "wb") as sound:
        sound.setparams((2, 2, 8000, 0, "NONE", ""))
        sound.writeframes(array("h", [0, 16384] * 8000).tobytes())
    (folder.parent / "secret.wav").write_bytes(b"nobody's")
    contact = ContactRecord(
        "c1:3", after(10), "c1", group="billing", agent="1001", answered=after(25), ended=after(85),
        disposition="answered", waited=15, talk=60, disposition_code="PAID", note="=1+1",
    )  # fmt: skip
    put(
        CallRecord("c1", NOON, "hotline", bundle.id, "+8613800005598", "95598", "=cmd()", "en-US", NOON,
                   after(90), "NORMAL_CLEARING", "completed", ("told",)),
        Step("c1", 1, "hotline", "main", "menu", NOON, after(4), "1", "“my bill”",
             {"intent": "1", "confidence": 0.91}),
        Step("c1", 2, "hotline", "bill", "play", after(4), after(9), "next"),
        contact,
        OfferRecord("c1:3", "1002", after(12), "billing", after(20), "no_answer"),
        OfferRecord("c1:3", "1001", after(21), "billing", after(25), "connected"),
        RecordingRecord("c1-1", after(25), "c1", "c1:3", "1001", "billing", "talk.wav", "policy", seconds=1.0,
                        ended=after(85), result="done"),
        RecordingRecord("c1-2", after(26), "c1", path="../secret.wav"),
        SurveyAnswer("c1", 4, "service", after(88), "hotline", "survey", 2, agent="1001"),
        CallbackRecord("b1", "+8613800005598", "billing", after(89), "waiting", call="c1",
                       contact={"state": "what is kept of the call"}),
    )  # fmt: skip
    return "c1"


# Searching --------------------------------------------------------------------------------------------


def test_calls_are_found_and_paged(ask: Ask, call: str, put: Callable[..., None]) -> None:
    put(*(CallRecord(f"d{number}", after(-60 - number), "hotline", ani="1") for number in range(3)))
    found = ask("GET", "/api/v1/calls?agent=1001&rating_most=2&ani=*5598&limit=1").json
    assert [row["call"]["id"] for row in found["calls"]] == ["c1"]
    assert found["calls"][0]["extra"]["group"] == "billing"
    assert found["calls"][0]["extra"]["rating"] == 2
    first = ask("GET", "/api/v1/calls?limit=3").json
    second = ask("GET", f"/api/v1/calls?limit=3&before={first['next']}").json
    assert [row["call"]["id"] for page in (first, second) for row in page["calls"]] == [
        "c1",
        "d0",
        "d1",
        "d2",
    ]
    assert second["next"] == ""


@pytest.mark.parametrize(
    "query",
    ["end=perhaps", "limit=0", "limit=501", "shortest=long", "since=yesterday", "colour=red", "rating=1000"],
)
def test_conditions_that_make_no_sense_are_told(ask: Ask, query: str) -> None:
    answer = ask("GET", f"/api/v1/calls?{query}")
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, f"/{query.split('=')[0]}")


def test_a_table_of_calls_holds_no_formula(ask: Ask, call: str) -> None:
    answer = ask("GET", "/api/v1/calls.csv?flow=hotline")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [row["call"] for row in rows] == ["c1"]
    assert (rows[0]["caller_name"], rows[0]["ani"]) == ("'=cmd()", "'+8613800005598")
    assert (rows[0]["seconds"], rows[0]["agent"], rows[0]["rating"]) == ("90.0", "1001", "2")


# One call ---------------------------------------------------------------------------------------------


def test_a_call_tells_its_story_in_order(ask: Ask, call: str) -> None:
    told = ask("GET", "/api/v1/calls/c1").json
    moments = [(one["kind"], one["after"]) for one in told["story"]]
    assert moments == [
        ("began", 0), ("answered", 0), ("step", 0), ("step", 4), ("queued", 10), ("offered", 12),
        ("offered", 21), ("talk", 25), ("recorded", 25), ("recorded", 26), ("wrapped_up", 85), ("rated", 88),
        ("callback", 89), ("ended", 90),
    ]  # fmt: skip
    heard = told["story"][2]
    assert (heard["input"], heard["facts"]["confidence"], heard["seconds"]) == ("“my bill”", 0.91, 4.0)
    assert [one["tone"] for one in told["story"] if one["kind"] == "offered"] == ["warn", "ok"]
    assert "what is kept of the call" not in ask("GET", "/api/v1/calls/c1").get_data(as_text=True)


def test_events_for_webhooks_are_no_part_of_the_story_but_those_a_flow_made_up(
    ask: Ask, call: str, put: Callable[..., None]
) -> None:
    before = ask("GET", "/api/v1/calls/c1").json["story"]
    types = [*["call.node"] * 14, "call.ended", "order.paid"]
    put(*(EventRecord(f"e{n}", n, name, after(5), "call:c1", "c1") for n, name in enumerate(types)))
    story = ask("GET", "/api/v1/calls/c1").json["story"]
    assert [one["type"] for one in story if one not in before] == ["order.paid"]
    assert len(story) == len(before) + 1


def test_a_call_that_is_not_there_is_not_found(ask: Ask) -> None:
    for path in ("", "/picture.svg", "/messages/1/sound"):
        assert ask("GET", f"/api/v1/calls/nobody{path}").status_code == 404


def test_the_picture_is_of_the_version_the_call_was_in_whatever_the_draft_says(
    ask: Ask, call: str, settings: Settings
) -> None:
    settings.flows.dir.mkdir(exist_ok=True)
    (settings.flows.dir / "hotline.yaml").write_bytes(FLOW.replace(b"bill", b"account"))
    answer = ask("GET", "/api/v1/calls/c1/picture.svg?theme=dark")
    assert (answer.status_code, answer.mimetype, answer.headers["Ivory-Drawn"]) == (
        200,
        "image/svg+xml",
        "kept",
    )
    root = etree.fromstring(answer.get_data())
    on = {part.get("data-node") for part in root.iter() if "on" in part.get("class", "").split()}
    assert {"main", "bill"} <= on
    assert "bye" not in on


def test_a_version_that_was_not_kept_is_drawn_as_the_flow_is_now(
    ask: Ask, put: Callable[..., None], settings: Settings
) -> None:
    settings.flows.dir.mkdir(exist_ok=True)
    (settings.flows.dir / "hotline.yaml").write_bytes(FLOW)
    put(CallRecord("c2", NOON, "hotline", "0123456789ab"), Step("c2", 1, "hotline", "main", "menu", NOON))
    assert ask("GET", "/api/v1/calls/c2/picture.svg").headers["Ivory-Drawn"] == "now"
    draft = Bundle.of("hotline", {"hotline": FLOW}, {}).id
    put(CallRecord("c4", NOON, "hotline", draft), Step("c4", 1, "hotline", "main", "menu", NOON))
    assert ask("GET", "/api/v1/calls/c4/picture.svg").headers["Ivory-Drawn"] == "kept"
    put(CallRecord("c3", NOON, "gone", "0123456789ab"))
    assert ask("GET", "/api/v1/calls/c3/picture.svg").status_code == 404


# Recordings -------------------------------------------------------------------------------------------


def listened(ask: Ask) -> list[str]:
    return [one["target"] for one in ask("GET", "/api/v1/audit?order=recording.").json]


def heard(ask: Ask, path: str, **headers: str) -> tuple[int, bytes, Any]:
    answer = ask("GET", f"/api/v1/{path}", **headers)
    content = answer.get_data()
    answer.close()
    return answer.status_code, content, answer.headers


def test_a_recording_is_heard_from_any_place(ask: Ask, call: str) -> None:
    status, whole, headers = heard(ask, "recordings/c1-1/sound")
    assert (status, headers["Content-Type"], len(whole)) == (200, "audio/wav", 44 + 32000)
    status, part, headers = heard(ask, "recordings/c1-1/sound", Range="bytes=100-199")
    assert (status, headers["Content-Range"], part) == (206, "bytes 100-199/32044", whole[100:200])
    assert heard(ask, "recordings/c1-1/sound", Range="bytes=99999-")[0] == 416


def test_who_begins_to_listen_is_written_down_and_who_goes_on_is_not_again(ask: Ask, call: str) -> None:
    heard(ask, "recordings/c1-1/sound", Range="bytes=100-")
    assert listened(ask) == []
    heard(ask, "recordings/c1-1/sound", Range="bytes=0-")
    assert listened(ask) == ["c1-1"]


def test_nothing_outside_of_the_folder_of_recordings_is_ever_sent(ask: Ask, call: str) -> None:
    for what in ("sound", "peaks"):
        assert ask("GET", f"/api/v1/recordings/c1-2/{what}").status_code == 404
    assert listened(ask) == []


def test_how_loud_a_recording_is_along_its_time(ask: Ask, call: str) -> None:
    told = ask("GET", "/api/v1/recordings/c1-1/peaks").json
    assert told["seconds"] == 1.0
    assert [set(channel) for channel in told["channels"]] == [{0}, {50}]


def test_recordings_are_listed_and_who_may_not_hear_them_hears_none(
    ask: Ask, call: str, bearer: Callable[..., Ask]
) -> None:
    found = ask("GET", "/api/v1/recordings?agent=1001").json
    assert [one["id"] for one in found["recordings"]] == ["c1-1"]
    assert ask("GET", "/api/v1/recordings/c1-1").json["group"] == "billing"
    assert bearer("calls:read")("GET", "/api/v1/recordings/c1-1/sound").status_code == 403


def test_a_message_that_a_caller_left_is_heard_by_its_visit(
    ask: Ask, call: str, put: Callable[..., None]
) -> None:
    put(Step("c1", 7, "hotline", "box", "record", NOON, detail={"recording": "talk.wav"}))
    put(Step("c1", 8, "hotline", "box", "record", NOON, detail={"recording": "../secret.wav"}))
    assert [heard(ask, f"calls/c1/messages/{visit}/sound")[0] for visit in (7, 8, 1)] == [200, 404, 404]


# Contacts, callbacks, answers -------------------------------------------------------------------------


def test_contacts_callbacks_and_answers_are_listed(ask: Ask, call: str) -> None:
    contacts = ask("GET", "/api/v1/contacts?group=billing").json["contacts"]
    assert [one["id"] for one in contacts] == ["c1:3"]
    assert len(ask("GET", "/api/v1/contacts/c1:3").json["offers"]) == 2
    assert ask("GET", "/api/v1/contacts?under_way=true").json["contacts"] == []
    callbacks = ask("GET", "/api/v1/callbacks?state=waiting").json["callbacks"]
    assert [one["id"] for one in callbacks] == ["b1"]
    assert "contact" not in callbacks[0]
    answers = ask("GET", "/api/v1/survey-answers?most=2").json["answers"]
    assert [(one["item"], one["score"]) for one in answers] == [("service", 2)]
    for path in ("contacts", "callbacks", "recordings"):
        assert ask("GET", f"/api/v1/{path}/nobody").status_code == 404


# Calls under way --------------------------------------------------------------------------------------


def test_a_call_is_started_once_for_a_key(ask: Ask, worker: Worker) -> None:
    worker.answers["call.start"] = lambda given: {"call": "abcd-1", "new": True}
    body = {"number": "+8613800000000", "flow": "hotline", "variables": {"bill": 12}}
    first = ask("POST", "/api/v1/calls", body, Idempotency_Key="k1")
    again = ask("POST", "/api/v1/calls", body, Idempotency_Key="k1")
    assert (first.status_code, first.json, first.headers["Location"]) == (
        201, {"call": "abcd-1", "new": True}, "/api/v1/calls/abcd-1",
    )  # fmt: skip
    assert (again.status_code, again.json) == (201, first.json)
    assert [(name, by, given["key"]) for name, by, given in worker.orders] == [
        ("call.start", "token:crm", "token:crm k1")
    ]


def test_calls_under_way_are_ended_told_and_changed(ask: Ask, worker: Worker) -> None:
    worker.answers["call.signal"] = lambda given: {"new": False}
    assert ask("POST", "/api/v1/calls/abcd/hang-up", {}).status_code == 204
    assert ask("PATCH", "/api/v1/calls/abcd/variables", {"variables": {"vip": True}}).status_code == 204
    told = ask("POST", "/api/v1/calls/abcd/signal", {"key": "paid", "data": {"sum": 3}})
    assert told.json == {"new": False}
    assert [(name, given) for name, _, given in worker.orders] == [
        ("call.hang_up", {"call": "abcd", "cause": "NORMAL_CLEARING"}),
        ("call.set", {"call": "abcd", "variables": {"vip": True}}),
        ("call.signal", {"call": "abcd", "key": "paid", "data": {"sum": 3}, "id": ""}),
    ]


def test_what_the_worker_refuses_is_told_in_its_words(ask: Ask, worker: Worker) -> None:
    def refuse(given: dict[str, Any]) -> dict[str, Any]:
        raise IvoryError('no call "abcd" is in a flow here', hint="look")

    worker.answers["call.hang_up"] = refuse
    answer = ask("POST", "/api/v1/calls/abcd/hang-up", {})
    assert (answer.status_code, answer.json["hint"]) == (409, "look")


def test_a_flow_that_there_is_none_of_is_pointed_at(ask: Ask, worker: Worker) -> None:
    def refuse(given: dict[str, Any]) -> dict[str, Any]:
        raise Invalid('there is no flow "hotlin"', hint='did you mean "hotline"?', field="flow")

    worker.answers["call.start"] = refuse
    answer = ask("POST", "/api/v1/calls", {"number": "1001", "flow": "hotlin"})
    assert (answer.status_code, answer.json["hint"]) == (422, 'did you mean "hotline"?')
    assert answer.json["errors"] == [{"pointer": "/flow", "detail": 'there is no flow "hotlin"'}]


def test_without_a_worker_nothing_is_pretended(ask: Ask) -> None:
    assert ask("GET", "/api/v1/calls/live").status_code == 503
    assert ask("POST", "/api/v1/calls", {"number": "1001", "flow": "hotline"}).status_code == 503


def test_a_contact_is_put_into_a_queue_described_and_taken_out(ask: Ask, worker: Worker) -> None:
    worker.answers["contact.add"] = lambda given: {"contact": "p1", "new": True, "position": 2}
    added = ask("POST", "/api/v1/contacts", {"channel": "chat", "group": "billing", "subject": "My bill"})
    assert (added.status_code, added.json) == (201, {"contact": "p1", "new": True, "position": 2})
    assert ask("PATCH", "/api/v1/contacts/p1", {"attributes": {"order": 7}}).status_code == 204
    assert ask("PUT", "/api/v1/contacts/p1/priority", {"priority": 5}).status_code == 204
    assert ask("POST", "/api/v1/contacts/p1/cancel", {"abandoned": True}).status_code == 204
    assert [name for name, _, _ in worker.orders] == [
        "contact.add", "contact.attributes", "contact.priority", "contact.cancel",
    ]  # fmt: skip
    wrong = ask("POST", "/api/v1/contacts", {"channel": "chat", "link": "javascript:alert(1)"})
    assert (wrong.status_code, wrong.json["errors"][0]["pointer"]) == (422, "/link")
