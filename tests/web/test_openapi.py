"""The API as a program meets it: its document is sound, and what it asks for is taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import TypeAdapter

from ivr.settings import Settings
from ivr.store import users
from ivr.web.accounts import entrance
from ivr.web.api import RESOURCES
from ivr.web.api.examples import BODIES
from ivr.web.site import Site
from tests.web.applications import Applications
from tests.web.contract import written

Ask = Callable[..., Any]
ENDPOINTS = {endpoint.name: endpoint for resource in RESOURCES for endpoint in resource.endpoints}
OPERATIONS = [operation for path in written()["paths"].values() for operation in path.values()]


@pytest.fixture
def ask(bearer: Callable[..., Ask]) -> Ask:
    return bearer("*")


# The document -----------------------------------------------------------------------------------------


def test_the_document_is_openapi_as_the_standard_has_it() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(written()).iter_errors()] == []


def test_every_operation_says_what_it_does_who_may_and_what_may_go_wrong() -> None:
    for operation in OPERATIONS:
        assert operation["summary"], operation
        assert operation["description"], operation
        assert {"401", "403", "429", "503"} <= operation["responses"].keys(), operation
        assert all(scheme for each in operation["security"] for scheme in each.values()), operation


def test_no_operation_is_called_as_another() -> None:
    names = [operation["operationId"] for operation in OPERATIONS]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("name", sorted(BODIES))
def test_an_example_is_what_its_request_takes(name: str) -> None:
    body = TypeAdapter(ENDPOINTS[name].hints["body"])
    for example in BODIES[name].values():
        body.validate_json(json.dumps(example), strict=True)


def test_no_path_hides_another_that_is_made_of_a_name(app: Flask) -> None:
    hidden = []
    adapter = app.url_map.bind("localhost")
    for path, operations in written()["paths"].items():
        if "{" not in path:
            methods = {method.upper() for method in operations}
            hidden += [
                (path, more) for more in set(adapter.allowed_methods(path)) - methods - {"HEAD", "OPTIONS"}
            ]
    assert hidden == []


# What it asks for -------------------------------------------------------------------------------------


def test_a_whole_number_may_be_written_with_a_point(ask: Ask) -> None:
    assert ask("POST", "/api/v1/webhook-sources", {"name": "crm"}).status_code == 201
    rotated = ask("PATCH", "/api/v1/agents", {"agents": {"1009": {"billing": 8.0}}})
    assert rotated.status_code == 404
    assert ask("PATCH", "/api/v1/agents", {"agents": {"1009": {"billing": 8.5}}}).status_code == 422


def test_a_value_of_the_address_that_is_empty_is_a_value(ask: Ask) -> None:
    assert ask("GET", "/api/v1/audit?since=").status_code == 422


@pytest.mark.parametrize("revision", ['""', "", '"', '"nothing"', 'W/""'])
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_revision_that_is_none_is_one_that_nothing_has(ask: Ask, method: str, revision: str) -> None:
    answer = ask(method, "/api/v1/users/viewer", {"role": "viewer"}, If_Match=revision)
    assert answer.status_code == 412


def test_a_proxy_may_make_a_revision_weak(ask: Ask, site: Site) -> None:
    etag = ask("GET", "/api/v1/users/viewer").headers["ETag"]
    put = {"role": "viewer", "display": "Vi"}
    assert ask("PUT", "/api/v1/users/viewer", put, If_Match=f"W/{etag}").status_code == 200
    assert ask("PUT", "/api/v1/users/viewer", put, If_Match=f"W/{etag}").status_code == 412
    assert site.ask(users.get, "viewer").display == "Vi"


@pytest.mark.parametrize(
    "path", ["calls", "contacts", "callbacks", "recordings", "survey-answers", "agents/1001/history"]
)
def test_a_place_in_a_list_that_is_none_is_told_where_it_was_asked_for(ask: Ask, path: str) -> None:
    answer = ask("GET", f"/api/v1/{path}?before=nowhere")
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/before")


def test_a_place_in_a_group_of_no_name_is_refused(ask: Ask) -> None:
    group = ask("PUT", "/api/v1/groups/billing", {"agents": [{"agent": ""}]}, If_None_Match="*")
    assert (group.status_code, group.json["errors"][0]["pointer"]) == (422, "/agents/0/agent")
    agent = ask("PUT", "/api/v1/agents/1001", {"groups": [{"group": ""}]}, If_None_Match="*")
    assert (agent.status_code, agent.json["errors"][0]["pointer"]) == (422, "/groups/0/group")


def test_of_a_flow_that_never_was_nothing_was_published(ask: Ask) -> None:
    assert ask("GET", "/api/v1/flows/nobody/versions").status_code == 404


@pytest.mark.parametrize("name", ["%2Fbilling", "%2F%2Fbilling", "%2F", "billing%2F"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_name_with_a_slash_is_no_other_name(ask: Ask, method: str, name: str) -> None:
    given: dict[str, object] | None = {} if method == "PUT" else None
    assert ask(method, f"/api/v1/groups/{name}", given).status_code == 404


def test_nobody_is_merged_with_themselves(ask: Ask) -> None:
    numbers = ["+8613800000000", "+861012345678"]
    assert ask("POST", "/api/v1/customers", {"numbers": numbers}).status_code == 201
    merged = ask("POST", f"/api/v1/customers/{numbers[0]}/merge", {"other": numbers[1]})
    assert (merged.status_code, merged.json["errors"][0]["pointer"]) == (422, "/other")


def test_a_turn_that_no_plan_will_ever_have_is_refused(ask: Ask) -> None:
    assert ask("GET", f"/api/v1/routing/plan/turns?before={1 << 70}").status_code == 422
    assert ask("GET", f"/api/v1/routing/plan/turns?before={1 << 40}").json == []


def test_the_first_month_there_is_can_be_looked_at(ask: Ask) -> None:
    hours = {"timezone": "UTC", "mon-fri": "09:00-18:00", "holidays": ["CN"]}
    days = ask("POST", "/api/v1/calendar-preview", {"hours": hours, "month": "1000-01"})
    assert (days.status_code, len(days.json)) == (200, 31)


@pytest.mark.parametrize("key", ["", " ", "ä", "a b", "k" * 256])
def test_a_key_that_could_be_lost_on_the_way_is_refused(ask: Ask, key: str) -> None:
    answer = ask("POST", "/api/v1/webhook-sources", {"name": "crm"}, Idempotency_Key=key)
    assert (answer.status_code, answer.json["code"]) == (400, "A005")


def test_who_is_not_refused_is_not_told_when_to_come_again(ask: Ask) -> None:
    assert "Retry-After" not in ask("GET", "/api/v1/me").headers


def test_who_asks_too_often_is_told_when_to_come_again(
    settings: Settings, site: Site, applications: Applications
) -> None:
    site.settings = settings.model_copy(update={"web": settings.web.model_copy(update={"api_per_minute": 1})})
    client = applications.serving(site).test_client()
    _, secret = site.ask(entrance.make_token, "crm", "user:admin", ["me:read"], site.now(), None)
    shown = {"Authorization": f"Bearer {secret}"}
    first, second = (client.get("/api/v1/me", headers=shown) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 429)
    assert 0 < int(second.headers["Retry-After"]) <= 60
