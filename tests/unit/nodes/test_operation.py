"""`operation`: what is sent, what is saved, and where each answer leads."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from ivr.errors import FetchError, IvoryError
from ivr.flow.scripted import HangUp, Pause, Press
from ivr.http_client import Response
from tests.calls import Services, Walk, walk

URL = "https://crm.example/accounts/12"
FOUND = Response(200, {"x-kind": "gold"}, '{"balance": 12.50, "items": [{"m": 1}], "name": "Ada"}')


def operation(options: str, answer: Any = FOUND, *steps: Any, url: str = URL, **more: Any) -> Walk:
    return walk(
        f"""
        vars: {{account: "12", path: "1/2?a=b#c", x: null, y: null, items: [1]}}
        defaults: {{outcomes: {{error: failed, timeout: late, interrupted: failed}}}}
        nodes:
          o: {{type: operation, next: done, {options}}}
          done: {{type: play, prompt: Done., next: end}}
          failed: {{type: play, prompt: Failed., next: end}}
          late: {{type: play, prompt: Late., next: end}}
          missing: {{type: play, prompt: Missing., next: end}}
        """,
        *steps,
        services=Services({url: answer}, **more),
    )


HTTP = "http: {url: 'https://crm.example/accounts/{{ account }}'}"


def test_values_are_taken_from_the_answer() -> None:
    result = operation(HTTP + ", save: {x: json.balance, y: \"headers['x-kind'] + '/' + text(status)\"}")
    assert result.variables["x"] == Decimal("12.50")
    assert result.variables["y"] == "gold/200"
    assert result.left[0].detail == {"request": f"GET {URL}", "status": 200}


def test_the_body_can_be_taken_as_text() -> None:
    assert operation(HTTP + ", save: {x: text}", Response(200, {}, "你好")).variables["x"] == "你好"


@pytest.mark.parametrize(
    ("status", "outcomes", "heard"),
    [
        (200, "", "Done."),
        (204, "", "Done."),
        (404, "404: missing", "Missing."),
        (404, "4xx: missing", "Missing."),
        (404, "", "Failed."),
        (503, "4xx: missing", "Failed."),
        (302, "", "Failed."),
        (302, "302: missing", "Missing."),
        (202, "202: missing", "Missing."),
        (202, "2xx: missing", "Missing."),
    ],
)
def test_a_status_is_an_outcome(status: int, outcomes: str, heard: str) -> None:
    result = operation(f"{HTTP}, outcomes: {{{outcomes}}}", Response(status, {}, "{}"))
    assert result.heard == [heard]


@pytest.mark.parametrize(
    ("reason", "heard"),
    [("timeout", "Late."), ("refused", "Failed."), ("too_large", "Failed."), ("unreachable", "Failed.")],
)
def test_no_usable_answer_is_an_outcome(reason: str, heard: str) -> None:
    result = operation(HTTP, FetchError("nothing came", reason=reason))
    assert result.heard == [heard]
    assert "nothing came" in result.left[0].detail["problems"][0]


@pytest.mark.parametrize("body", ["no JSON", "", "[NaN]", "[" * 5000])
def test_an_answer_that_is_not_json_is_an_error_where_json_is_wanted(body: str) -> None:
    assert operation(HTTP + ", save: {x: json}", Response(200, {}, body)).heard == ["Failed."]
    assert operation(HTTP, Response(200, {}, body)).heard == ["Done."]


def test_all_values_are_taken_or_none() -> None:
    result = operation(HTTP + ", save: {x: json.name, y: json.name + 1}")
    assert (result.heard, result.variables["x"]) == (["Failed."], None)


def test_what_the_answer_lacks_is_null() -> None:
    assert operation(HTTP + ", save: {x: json.nothing.at.all}").variables["x"] is None


# What is sent -----------------------------------------------------------------------------------------


def test_values_in_a_url_cannot_change_where_it_leads() -> None:
    url = "https://crm.example/1%2F2%3Fa%3Db%23c"
    result = operation("http: {url: 'https://crm.example/{{ path }}'}", url=url)
    assert result.heard == ["Done."]


def test_a_list_in_a_url_is_an_error() -> None:
    assert operation("http: {url: 'https://crm.example/{{ items }}'}").heard == ["Failed."]


def sent(options: str) -> dict[str, Any]:
    result = operation(f"http: {{url: '{URL}', {options}}}")
    return result.services.requests[0][2]


def test_a_body_keeps_the_kinds_of_its_values() -> None:
    body = '{a: "{{ account }}", b: "{{ 12 + 1 }}", c: "{{ 25 / 2 }}", d: [true, null, "x{{ account }}"]'
    body += ', e: "{{ items }}"}'
    assert json.loads(sent(f"method: POST, json: {body}")["body"]) == {
        "a": "12",
        "b": 13,
        "c": 12.5,
        "d": [True, None, "x12"],
        "e": [1],
    }


def test_a_date_and_a_number_too_fine_for_json_are_sent_as_text() -> None:
    body = '{a: "{{ date(text(now)) }}", b: "{{ 1 / 3 }}"}'
    assert json.loads(sent(f"method: POST, json: {body}")["body"]) == {
        "a": "2026-01-01",
        "b": "0." + "3" * 28,
    }


@pytest.mark.parametrize(
    ("method", "has_key"), [("GET", False), ("PUT", False), ("POST", True), ("PATCH", True)]
)
def test_what_may_not_run_twice_carries_a_key(method: str, has_key: bool) -> None:
    headers = sent(f"method: {method}")["headers"]
    assert headers.get("Idempotency-Key") == ("00000000-0000-4000-8000-000000000001:1" if has_key else None)


def test_query_headers_and_limits_are_handed_on() -> None:
    parts = sent(
        "query: {q: 'a b {{ account }}'}, headers: {X-Key: '{{ account }}'}, timeout: 2s, retries: 3"
    )
    assert (parts["query"], parts["headers"]) == ({"q": "a b 12"}, {"X-Key": "12"})
    assert (parts["deadline"], parts["retries"], parts["body"]) == (2.0, 3, None)


# While it takes its time ------------------------------------------------------------------------------

MEANWHILE = HTTP + ", meanwhile: {after: 1s, prompt: One moment., music: default}"


def test_a_quick_answer_disturbs_nobody() -> None:
    result = operation(MEANWHILE, FOUND, seconds=0.5)
    assert (result.heard, result.at("Done.")) == (["Done."], 0.5)


def test_a_slow_answer_is_bridged_with_a_word_and_music() -> None:
    result = operation(MEANWHILE, FOUND, seconds=30)
    assert result.heard == ["One moment.", "Done."]
    assert (result.at("One moment."), result.at("Done.")) == (1.0, 30.0)


def test_keys_pressed_meanwhile_are_kept() -> None:
    result = operation(MEANWHILE, FOUND, Pause(5), Press("12"), seconds=10)
    assert result.engine.input.typed == "12"


def test_who_hangs_up_meanwhile_does_not_stop_the_request() -> None:
    result = operation(MEANWHILE, FOUND, Pause(5), HangUp(), seconds=10)
    assert result.path == ["o:hangup"]
    assert result.services.works[0].abandoned


def test_too_many_operations_are_an_error() -> None:
    assert operation(HTTP, FOUND, busy=IvoryError("2000 operations run already")).heard == ["Failed."]


# Python operations ------------------------------------------------------------------------------------


def test_a_python_operation_is_given_values_and_gives_some_back() -> None:
    result = operation(
        "python: lookup, with: {number: account}, save: {x: json.total, y: json.all}",
        {"total": Decimal("1.5"), "all": (1, {"a": 2})},
        url="lookup",
    )
    assert result.services.requests == [("PYTHON", "lookup", {"number": "12"})]
    assert (result.variables["x"], result.variables["y"]) == (Decimal("1.5"), [1, {"a": 2}])


@pytest.mark.parametrize("answer", [object(), {"x": object()}, ValueError("a fault"), KeyError("k")])
def test_a_python_operation_with_a_fault_is_an_error(answer: Any) -> None:
    assert operation("python: lookup, save: {x: json}", answer, url="lookup").heard == ["Failed."]


def test_what_is_told_of_the_caller_holds_from_there_on() -> None:
    answer = Response(200, {}, '{"name": "Ada", "balance": 12, "tags": null, "manager": null}')
    result = walk(
        """
        defaults: {outcomes: {error: end, timeout: end, interrupted: end}}
        nodes:
          o:
            type: operation
            http: {url: "https://crm.example/accounts/12"}
            caller: {name: json.name, vip: json.balance > 10, tags: "['new']", agent: json.manager}
            next: say
          say:
            type: play
            prompt: "{{ caller.name }}, {{ 'yes' if caller.vip else 'no' }}, {{ caller.tags[0] }}."
            next: end
        """,
        services=Services({URL: answer}),
    )
    assert " ".join(result.heard) == "Ada, yes, new."


@pytest.mark.parametrize("caller", ["vip: json.name", "name: json.balance", "tags: json.name"])
def test_of_the_wrong_kind_nothing_is_told_and_nothing_saved(caller: str) -> None:
    result = operation(HTTP + f", caller: {{{caller}}}, save: {{x: json.balance}}")
    assert result.heard[-1:] == ["Failed."]
    assert result.variables["x"] is None
    assert "caller." in result.left[0].detail["problems"][0]
