"""Every route of the application, asked by everybody: who may not is refused, who may is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from ivr.web.accounts.roles import ROLES, SCOPES, allows, unknown
from tests.web.conftest import Browser

PARTS = {"agent": "1001", "name": "nobody", "id": "0123456789ab"}
REFUSED = {401, 403}


def _routes(app: Flask) -> list[tuple[str, str, str]]:
    """Method, path and needed scope of every route."""
    routes = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.endpoint == "static" or rule.websocket:  # which no plain request reaches
                continue
            parts = {part: PARTS.get(part, "1") for part in rule.arguments}
            path = rule.build(parts, append_unknown=False)
            assert path is not None, rule
            needed = getattr(app.view_functions[rule.endpoint], "needs", "nothing")
            methods = set(rule.methods or ()) - {"HEAD", "OPTIONS"}
            routes += [(method, path[1], needed) for method in sorted(methods)]
    return sorted(routes)


def test_every_route_says_what_it_needs_and_it_is_a_scope_there_is(app: Flask) -> None:
    assert {needed for _, _, needed in _routes(app)} <= {"", *SCOPES}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reaches_what_it_may_and_nothing_else(
    app: Flask, signed_in: Callable[[str], Browser], role: str
) -> None:
    wrong = []
    browser = signed_in(role)
    for method, path, needed in _routes(app):
        if "stream" in path or "socket" in path:
            continue
        status = browser.send(method, path, json={}).status_code
        if status == 401:  # something before it signed out
            browser = signed_in(role)
            status = browser.send(method, path, json={}).status_code
        if needed and (status in REFUSED) == allows(ROLES[role], needed):
            wrong.append((method, path, needed, status))
    assert not wrong


def test_who_is_not_signed_in_reaches_nothing_but_the_entrance(app: Flask) -> None:
    reached = []
    for method, path, needed in _routes(app):
        answer = app.test_client().open(path, method=method, json={})
        turned_away = answer.status_code == 401 or "/sign-in" in answer.headers.get("Location", "")
        if needed and not turned_away:
            reached.append((method, path, answer.status_code))
    assert not reached


def test_a_change_without_the_pages_token_is_refused(app: Flask, signed_in: Callable[[str], Browser]) -> None:
    client = signed_in("admin").client
    taken = [
        (method, path)
        for method, path, needed in _routes(app)
        if needed and method != "GET" and client.open(path, method=method, json={}).status_code != 400
    ]
    assert not taken


def test_a_token_does_what_its_scopes_say_and_no_more(bearer: Callable[..., Any]) -> None:
    ask = bearer("users:read")
    assert ask("GET", "/api/v1/users").status_code == 200
    assert ask("DELETE", "/api/v1/users/agent").status_code == 403


def test_every_role_consists_of_scopes_there_are() -> None:
    assert [wrong for scopes in ROLES.values() for wrong in unknown(scopes)] == []
