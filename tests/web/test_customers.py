"""The API for customers, as a page or a program uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from ivr.store import customers
from ivr.web.site import Site

Ask = Callable[..., Any]
LIST = "姓名,手机号,标签\n王伟,13800000001,金卡\n李娜,13800000002,\n"


@pytest.fixture
def ask(bearer: Callable[..., Ask]) -> Ask:
    return bearer("customers:*", "audit:read")


@pytest.fixture
def wang(ask: Ask) -> dict[str, Any]:
    body = {"id": "wang", "numbers": ["13800000001"], "name": "王伟", "vip": True, "tags": ["gold"]}
    made = ask("POST", "/api/v1/customers", body)
    assert made.status_code == 201, made.json
    return dict(made.json)


def orders(ask: Ask) -> list[str]:
    return [one["order"] for one in ask("GET", "/api/v1/audit?order=customer.").json]


def whole(customer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in customer.items() if name not in ("id", "added", "changed")}


def test_a_customer_is_found_by_key_number_and_part_of_a_name(ask: Ask, wang: dict[str, Any]) -> None:
    assert wang["numbers"] == ["+8613800000001"]
    for path in ("wang", "+8613800000001", "13800000001"):
        assert ask("GET", f"/api/v1/customers/{path}").json == wang
    found = ask("GET", "/api/v1/customers?search=王").json
    assert ([one["id"] for one in found["customers"]], found["total"]) == (["wang"], 1)
    assert ask("GET", "/api/v1/customers?search=zhao").json["customers"] == []


def test_customers_are_paged_by_key(ask: Ask) -> None:
    for number in range(3):
        ask("POST", "/api/v1/customers", {"id": f"k{number}", "numbers": []})
    first = ask("GET", "/api/v1/customers?limit=2").json
    assert [one["id"] for one in first["customers"]] == ["k0", "k1"]
    second = ask("GET", f"/api/v1/customers?limit=2&after={first['next']}").json
    assert ([one["id"] for one in second["customers"]], second["next"]) == (["k2"], "")


def test_a_change_is_whole_and_nobody_elses_is_lost(ask: Ask, wang: dict[str, Any]) -> None:
    etag = ask("GET", "/api/v1/customers/wang").headers["ETag"]
    changed = ask(
        "PUT", "/api/v1/customers/wang", {"numbers": ["13800000009"], "name": "王五"}, If_Match=etag
    )
    assert (changed.status_code, changed.json["numbers"], changed.json["vip"], changed.json["tags"]) == (
        200, ["+8613800000009"], False, [],
    )  # fmt: skip
    assert changed.json["added"] == wang["added"]
    late = ask("PUT", "/api/v1/customers/wang", {"numbers": []}, If_Match=etag)
    assert (late.status_code, late.json["current"]) == (412, changed.headers["ETag"])
    assert ask("GET", "/api/v1/customers/13800000001").status_code == 404
    assert orders(ask) == ["customer.change", "customer.add"]


def test_a_customer_that_was_taken_out_can_be_put_back(ask: Ask, wang: dict[str, Any]) -> None:
    etag = ask("GET", "/api/v1/customers/wang").headers["ETag"]
    assert ask("DELETE", "/api/v1/customers/wang", If_Match='"0"').status_code == 412
    assert ask("DELETE", "/api/v1/customers/wang", If_Match=etag).status_code == 204
    assert ask("GET", "/api/v1/customers/wang").status_code == 404
    back = ask("PUT", "/api/v1/customers/wang", whole(wang), If_None_Match="*")
    assert (back.status_code, whole(back.json)) == (201, whole(wang))
    assert ask("PUT", "/api/v1/customers/wang", whole(wang), If_None_Match="*").status_code == 412


def test_a_number_belongs_to_one_customer(ask: Ask, wang: dict[str, Any]) -> None:
    taken = ask("POST", "/api/v1/customers", {"id": "li", "numbers": ["13800000001"]})
    assert (taken.status_code, taken.json["errors"][0]["pointer"]) == (422, "/numbers")
    assert ask("GET", "/api/v1/customers/li").status_code == 404
    ask("POST", "/api/v1/customers", {"id": "li", "numbers": []})
    given = ask("POST", "/api/v1/customers/li/numbers", {"number": "138 0000 0001"})
    assert given.json["numbers"] == ["+8613800000001"]
    assert ask("GET", "/api/v1/customers/wang").json["numbers"] == []
    assert ask("DELETE", "/api/v1/customers/wang/numbers/13800000001").status_code == 404
    assert ask("DELETE", "/api/v1/customers/li/numbers/13800000001").status_code == 204


def test_two_are_made_one(ask: Ask, wang: dict[str, Any]) -> None:
    ask(
        "POST",
        "/api/v1/customers",
        {"id": "w2", "numbers": ["13800000002"], "company": "ACME", "tags": ["b2b"]},
    )
    merged = ask("POST", "/api/v1/customers/wang/merge", {"other": "w2"}).json
    assert (merged["numbers"], merged["company"], merged["tags"], merged["name"]) == (
        ["+8613800000001", "+8613800000002"], "ACME", ["gold", "b2b"], "王伟",
    )  # fmt: skip
    assert ask("GET", "/api/v1/customers/w2").status_code == 404
    assert ask("POST", "/api/v1/customers/wang/merge", {"other": "nobody"}).status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"numbers": ["nobody"]}, "/numbers"),
        ({"numbers": [], "id": ""}, "/numbers"),
        ({"numbers": ["13800000001"], "language": "klingon!"}, "/language"),
        ({"numbers": ["13800000001"], "attributes": {"x": "y" * 5000}}, "/attributes"),
        ({"numbers": ["13800000001"], "name": "a\nb"}, "/name"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(ask: Ask, body: dict[str, Any], pointer: str) -> None:
    answer = ask("POST", "/api/v1/customers", body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, pointer)


# Lists ------------------------------------------------------------------------------------------------


@pytest.fixture
def send(app: Flask, site: Site) -> Callable[..., Any]:
    from ivr.web.accounts import entrance

    _, secret = site.ask(entrance.make_token, "sheet", "user:admin", ("customers:*",), site.now(), None)
    client = app.test_client()
    headers = {"Authorization": f"Bearer {secret}"}
    return lambda path, text: client.post(path, data=text.encode(), content_type="text/csv", headers=headers)


def test_a_list_is_planned_then_taken_over_as_it_was_planned(send: Callable[..., Any], site: Site) -> None:
    planned = send("/api/v1/customer-imports/plan", LIST).json
    assert (planned["rows"], planned["new"], planned["changed"], planned["wrong"]) == (2, 2, 0, 0)
    assert planned["examples"][0]["tags"] == ["金卡"]
    assert site.ask(customers.count) == 0
    applied = send(f"/api/v1/customer-imports?plan={planned['plan']}", LIST)
    assert (applied.status_code, applied.json) == (200, {"new": 2, "changed": 0, "refused": []})
    assert site.ask(customers.count) == 2
    again = send(f"/api/v1/customer-imports?plan={planned['plan']}", LIST)
    assert again.status_code == 409  # they are not new any more: another plan


def test_another_file_than_the_planned_one_is_refused(send: Callable[..., Any], site: Site) -> None:
    planned = send("/api/v1/customer-imports/plan", LIST).json
    other = send(f"/api/v1/customer-imports?plan={planned['plan']}", LIST + "赵,13800000003,\n")
    assert (other.status_code, other.json["hint"]) == (409, "plan it again")
    assert site.ask(customers.count) == 0


def test_wrong_rows_are_told_by_their_lines_and_left_out_only_when_asked(
    send: Callable[..., Any], site: Site
) -> None:
    text = LIST + "赵,1.38E+10,\n钱,,\n"
    planned = send("/api/v1/customer-imports/plan", text).json
    assert [(one["line"], bool(one["hint"])) for one in planned["problems"]] == [(4, True), (5, True)]
    refused = send(f"/api/v1/customer-imports?plan={planned['plan']}", text)
    assert (refused.status_code, site.ask(customers.count)) == (409, 0)
    taken = send(f"/api/v1/customer-imports?plan={planned['plan']}&skip_bad=true", text)
    assert (taken.status_code, site.ask(customers.count)) == (200, 2)


@pytest.mark.parametrize("text", ["", "name\nWang\n", '"', "\x00\x01\x02"])
def test_what_is_no_list_is_told(send: Callable[..., Any], text: str) -> None:
    answer = send("/api/v1/customer-imports/plan", text)
    assert answer.status_code == 409
    assert answer.json["detail"]
