"""Coming in and going out, and all the ways in which somebody must not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ivr.clock import VirtualClock
from ivr.store import users
from ivr.store.models import Remembered
from ivr.store.users import User
from ivr.web.accounts import entrance, secrets
from ivr.web.server import setup_link
from ivr.web.site import Site
from tests.web.conftest import NOW, Browser

PASSWORD = "four words in a row"


@pytest.fixture(autouse=True)
def known(site: Site) -> None:
    site.ask(users.add, User("li", "viewer", NOW, NOW, "李雷", password=secrets.hashed(PASSWORD)))


def _form(client: FlaskClient, path: str, **values: str) -> Any:
    page = client.get(path).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    return client.post(path.partition("?")[0], data={"csrf_token": token[1] if token else "", **values})


def _sign_in(client: FlaskClient, name: str = "li", password: str = PASSWORD, **more: str) -> Any:
    return _form(client, "/sign-in", name=name, password=password, **more)


def test_who_knows_the_password_is_in(app: Flask) -> None:
    client = app.test_client()
    assert _sign_in(client).headers["Location"] == "/"
    assert client.get("/api/v1/me").get_json()["name"] == "li"


def test_a_wrong_name_and_a_wrong_password_look_the_same(app: Flask) -> None:
    answers = [_sign_in(app.test_client(), name, "wrong wrong wrong") for name in ("li", "nobody")]
    own = re.compile(r'"(I[jm][\w.-]+|li|nobody)"')  # tokens of forms, and the name that was typed
    texts = [own.sub("", answer.get_data(as_text=True)) for answer in answers]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert texts[0] == texts[1]


def test_an_empty_password_lets_nobody_in_not_even_who_has_none_yet(app: Flask) -> None:
    assert [_sign_in(app.test_client(), name, "").status_code for name in ("admin", "li")] == [401, 401]


def test_guessing_is_slowed_down_by_name_wherever_it_comes_from(app: Flask) -> None:
    tried = []
    for host in range(8):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"192.0.2.{host}"
        tried.append(_sign_in(client, "li", "guess guess guess").status_code)
    assert tried == [401] * 5 + [429] * 3


def test_guessing_is_slowed_down_by_address_whatever_the_names(app: Flask) -> None:
    tried = [_sign_in(app.test_client(), f"name{n}", "guess").status_code for n in range(7)]
    assert tried == [401] * 5 + [429] * 2


def test_a_form_of_another_site_signs_nobody_in(app: Flask) -> None:
    answer = app.test_client().post("/sign-in", data={"name": "li", "password": PASSWORD})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", "\n/x"]
)
def test_signing_in_leads_nowhere_else(app: Flask, target: str) -> None:
    assert _sign_in(app.test_client(), next=target).headers["Location"] == "/"


def test_signing_in_leads_to_the_page_that_was_wanted(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/users?x=1").headers["Location"] == "/sign-in?next=%2Fusers%3Fx%3D1"
    assert _sign_in(client, next="/users?x=1").headers["Location"] == "/users?x=1"


def test_the_cookie_is_for_http_alone_and_for_this_site(app: Flask) -> None:
    cookie = _sign_in(app.test_client()).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_session_is_another_one_after_signing_in(app: Flask) -> None:
    client = app.test_client()
    client.get("/sign-in")
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    _sign_in(client)
    with client.session_transaction() as session:
        assert "planted" not in session


def test_who_does_nothing_for_long_signs_in_again(app: Flask, clock: VirtualClock) -> None:
    client = app.test_client()
    _sign_in(client)
    for _ in range(3):
        clock.advance(11 * 3600)
        assert client.get("/api/v1/me").status_code == 200
    clock.advance(13 * 3600)
    assert client.get("/api/v1/me").status_code == 401


def test_even_the_busy_sign_in_again_after_two_weeks(app: Flask, clock: VirtualClock) -> None:
    client = app.test_client()
    _sign_in(client)
    for _ in range(33):
        clock.advance(10 * 3600)
        client.get("/api/v1/me")
    assert client.get("/api/v1/me").status_code == 200
    clock.advance(10 * 3600)
    assert client.get("/api/v1/me").status_code == 401


def test_who_is_switched_off_is_out_at_once(app: Flask, site: Site) -> None:
    client = app.test_client()
    _sign_in(client)
    site.ask(users.change, "li", {"enabled": False}, NOW)
    assert client.get("/api/v1/me").status_code == 401
    assert _sign_in(app.test_client()).status_code == 401


def test_another_password_signs_all_other_browsers_out(app: Flask) -> None:
    here, there = app.test_client(), app.test_client()
    _sign_in(here)
    _sign_in(there)
    change = {"current": PASSWORD, "password": "five other words in a row"}
    assert Browser(here).send("POST", "/api/v1/me/password", change).status_code == 204
    assert (here.get("/api/v1/me").status_code, there.get("/api/v1/me").status_code) == (200, 401)


@pytest.mark.parametrize("weak", ["short", "aaaaaaaaaaaaaa", "x" * 300, "1212121212"])
def test_a_password_that_is_easy_to_guess_is_refused(app: Flask, weak: str) -> None:
    client = app.test_client()
    _sign_in(client)
    answer = Browser(client).send("POST", "/api/v1/me/password", {"current": PASSWORD, "password": weak})
    assert answer.status_code == 409
    assert "password" in answer.json["detail"]


def test_signing_out_ends_the_session_on_the_server_too(app: Flask, site: Site) -> None:
    client = app.test_client()
    _sign_in(client)
    with client.session_transaction() as session:
        secret = session["secret"]
    assert Browser(client).send("DELETE", "/api/v1/session").status_code == 204
    assert site.ask(entrance.by_session, secret, site.now(), site.lasting) is None


# Links ----------------------------------------------------------------------------------------------------


def test_the_first_admin_comes_by_a_link_that_holds_once(app: Flask, site: Site) -> None:
    for name in ("li", "admin", "designer", "supervisor", "agent", "viewer"):
        site.ask(users.remove, name)
    path = site.ask(setup_link, site).partition(":8030")[2]
    client = app.test_client()
    assert _form(client, path, link=path.partition("=")[2], name="boss", password=PASSWORD).status_code == 302
    assert client.get("/api/v1/me").get_json()["role"] == "admin"
    assert app.test_client().get(path).status_code == 410
    assert site.ask(setup_link, site) == ""


def test_an_invitation_lets_somebody_choose_a_password(
    app: Flask, signed_in: Callable[[str], Browser]
) -> None:
    made = signed_in("admin").send("POST", "/api/v1/users", {"name": "wang", "role": "agent"})
    path = made.json["link"].partition(":8030")[2]
    client = app.test_client()
    assert _form(client, path, link=path.partition("=")[2], password="short").status_code == 422
    assert _form(client, path, link=path.partition("=")[2], password=PASSWORD).status_code == 302
    assert _sign_in(app.test_client(), "wang").status_code == 302


def test_a_link_is_over_in_time(app: Flask, site: Site, clock: VirtualClock) -> None:
    secret = site.ask(entrance.make_link, "li", "password", site.now())
    clock.advance(timedelta(hours=49).total_seconds())
    assert app.test_client().get(f"/welcome?link={secret}").status_code == 410


def test_a_new_link_makes_the_one_before_worthless(app: Flask, site: Site) -> None:
    first = site.ask(entrance.make_link, "li", "password", site.now())
    site.ask(entrance.make_link, "li", "password", site.now())
    assert app.test_client().get(f"/welcome?link={first}").status_code == 410


# Tokens ---------------------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_its_secret_is_nowhere(signed_in: Callable[[str], Browser]) -> None:
    admin = signed_in("admin")
    made = admin.send("POST", "/api/v1/tokens", {"name": "crm", "scopes": ["calls:read"]}).json
    assert made["secret"].startswith("ivory_")
    assert made["secret"] not in admin.get("/api/v1/tokens").get_data(as_text=True)
    assert made["secret"] not in admin.get("/users").get_data(as_text=True)


def test_a_token_may_do_no_more_than_who_made_it_may_today(
    app: Flask, site: Site, bearer: Callable[..., Any]
) -> None:
    ask = bearer("users:read", "calls:read")
    assert ask("GET", "/api/v1/users").status_code == 200
    site.ask(users.change, "admin", {"role": "viewer"}, NOW)
    assert ask("GET", "/api/v1/users").status_code == 403
    site.ask(users.change, "admin", {"enabled": False}, NOW)
    assert ask("GET", "/api/v1/me").status_code == 401


def test_a_token_ends_when_it_was_to_end(
    app: Flask, signed_in: Callable[[str], Browser], clock: VirtualClock
) -> None:
    body = {"name": "crm", "scopes": ["me:read"], "expires": "2026-03-02T10:00:00Z"}
    secret = signed_in("admin").send("POST", "/api/v1/tokens", body).json["secret"]
    shown = {"Authorization": f"Bearer {secret}"}
    assert app.test_client().get("/api/v1/me", headers=shown).status_code == 200
    clock.advance(1800)
    assert app.test_client().get("/api/v1/me", headers=shown).status_code == 401


@pytest.mark.parametrize("shown", ["", "ivory_", "ivory_guess", "x" * 100_000, "\u00fc"])
def test_what_is_no_token_lets_nobody_in(app: Flask, shown: str) -> None:
    answer = app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {shown}"})
    assert answer.status_code == 401


def test_the_last_admin_stays(signed_in: Callable[[str], Browser]) -> None:
    admin = signed_in("admin")
    assert admin.send("PUT", "/api/v1/users/admin", {"role": "viewer"}).status_code == 409
    assert admin.send("DELETE", "/api/v1/users/admin").status_code == 409


def test_a_change_that_somebody_else_overtook_is_refused(signed_in: Callable[[str], Browser]) -> None:
    admin = signed_in("admin")
    etag = admin.get("/api/v1/users/li").headers["ETag"]
    assert admin.send("PUT", "/api/v1/users/li", {"role": "agent"}, If_Match=etag).status_code == 200
    late = admin.send("PUT", "/api/v1/users/li", {"role": "designer"}, If_Match=etag)
    assert (late.status_code, late.json["current"]) == (412, '"2"')


def test_what_shows_a_secret_is_done_once_and_its_answer_is_not_kept(
    signed_in: Callable[[str], Browser], site: Site
) -> None:
    admin, body = signed_in("admin"), {"name": "wang", "role": "agent"}
    first, again = (admin.send("POST", "/api/v1/users", body, Idempotency_Key="k1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 409)
    assert "not kept" in again.json["detail"]
    kept = site.ask(lambda store: list(Remembered.select().dicts().execute(store.db)))
    assert first.json["link"] not in str(kept)


def test_a_request_that_comes_twice_with_its_key_is_done_once(signed_in: Callable[[str], Browser]) -> None:
    admin, body = signed_in("admin"), {"id": "c1", "name": "Zhang", "numbers": ["+8613800000000"]}
    first, again = (admin.send("POST", "/api/v1/customers", body, Idempotency_Key="k1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert again.headers["Idempotent-Replayed"] == "true"
    other = admin.send("POST", "/api/v1/customers", {**body, "name": "Li"}, Idempotency_Key="k1")
    assert other.status_code == 409


def test_changes_are_written_down_with_before_and_after(signed_in: Callable[[str], Browser]) -> None:
    admin = signed_in("admin")
    admin.send("PUT", "/api/v1/users/li", {"role": "agent", "display": "李雷"})
    entry = admin.get("/api/v1/audit").json[0]
    assert (entry["by"], entry["order"], entry["target"]) == ("user:admin", "user.change", "li")
    assert (entry["before"]["role"], entry["after"]["role"]) == ("viewer", "agent")
    assert "argon2" not in str(entry)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        ("[]", 422),
        ('{"name": "x", "role": "king"}', 422),
        ('{"name": "X Y", "role": "agent"}', 422),
        ('{"name": "x", "role": "agent", "more": 1}', 422),
        ('{"name": 5, "role": "agent"}', 422),
        ("x" * (2 << 20), 413),
    ],
)
def test_bad_bodies_are_told_what_is_wrong(app: Flask, site: Site, body: str, status: int) -> None:
    _, secret = site.ask(entrance.make_token, "t", "user:admin", ["*"], site.now(), None)
    shown = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    answer = app.test_client().post("/api/v1/users", data=body, headers=shown)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
