"""Users, sessions, tokens, entry links, orders and remembered answers, in a real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.errors import Conflict, NotFound
from ivr.store import audits, links, people, remembered, sessions, tokens, users
from ivr.store.database import Store
from ivr.store.records import AuditRecord
from ivr.store.schema import open_current
from ivr.store.tokens import Token
from ivr.store.users import User

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def _user(name: str = "li", **more: object) -> User:
    return User(name, "viewer", NOW, NOW, **more)  # type: ignore[arg-type]


def test_a_user_comes_back_as_they_were(store: Store) -> None:
    users.add(store, _user(display="李雷", agent="1001", password="$argon2id$…"))
    assert users.get(store, "li") == _user(display="李雷", agent="1001", password="$argon2id$…")
    assert users.count(store) == 1


def test_a_name_is_taken_once(store: Store) -> None:
    users.add(store, _user())
    with pytest.raises(Conflict, match="already"):
        users.add(store, _user(display="another"))
    assert users.get(store, "li").display == ""


def test_who_is_not_there_is_said_to_be_so(store: Store) -> None:
    assert users.find(store, "nobody") is None
    with pytest.raises(NotFound, match="nobody"):
        users.change(store, "nobody", {"role": "admin"}, NOW)


def test_a_change_of_an_older_revision_is_refused_and_changes_nothing(store: Store) -> None:
    users.add(store, _user())
    assert users.change(store, "li", {"role": "designer"}, LATER, expected=1).revision == 2
    with pytest.raises(Conflict) as conflict:
        users.change(store, "li", {"role": "admin"}, LATER, expected=1)
    assert (conflict.value.current, users.get(store, "li").role) == ("2", "designer")


def test_who_is_disabled_stays_so(store: Store) -> None:
    users.add(store, _user())
    users.change(store, "li", {"enabled": False}, LATER)
    assert users.get(store, "li").enabled is False


def test_who_is_removed_leaves_no_way_in(store: Store) -> None:
    users.add(store, _user())
    sessions.begin(store, sessions.Session("d", "li", NOW, NOW, LATER))
    links.add(store, links.Link("l", "li", "password", LATER), NOW)
    users.remove(store, "li")
    assert sessions.find(store, "d") is None
    assert links.find(store, "l", NOW) is None


def test_a_session_ends_when_its_user_signs_out_elsewhere(store: Store) -> None:
    for digest in "abc":
        sessions.begin(store, sessions.Session(digest, "li", NOW, NOW, LATER))
    assert sessions.end_all(store, "li", but="b") == 2
    assert [session.digest for session in sessions.of(store, "li")] == ["b"]


def test_sessions_that_are_over_are_swept_out_by_the_next(store: Store) -> None:
    sessions.begin(store, sessions.Session("old", "li", NOW, NOW, NOW + timedelta(seconds=1)))
    sessions.begin(store, sessions.Session("new", "li", LATER, LATER, LATER + timedelta(hours=1)))
    assert sessions.find(store, "old") is None


def test_a_token_is_found_by_its_digest_until_it_is_removed(store: Store) -> None:
    token = Token("t1", "digest", "crm", "li", ("calls:read", "contacts:*"), NOW, LATER)
    tokens.add(store, token)
    assert tokens.find(store, "digest") == token
    assert tokens.remove(store, "t1") == token
    assert tokens.find(store, "digest") is None
    with pytest.raises(NotFound):
        tokens.remove(store, "t1")


def test_people_and_programs_go_along_into_another_database_once(store: Store, tmp_path: Path) -> None:
    users.add(store, _user(password="$argon2id$…"))
    tokens.add(store, Token("t1", "digest", "crm", "li", ("calls:read",), NOW))
    with open_current(f"sqlite:///{tmp_path}/other.db") as other:
        users.add(other, _user("wang"))
        assert [people.copy(store, other) for _twice in range(2)] == [2, 0]
        assert [user.name for user in users.every(other)] == ["li", "wang"]
        assert users.get(other, "li") == users.get(store, "li")
        assert tokens.find(other, "digest") == tokens.find(store, "digest")


def test_an_entry_link_holds_once_and_for_a_while(store: Store) -> None:
    links.add(store, links.Link("l", "li", "password", LATER), NOW)
    assert not links.use(store, "l", LATER + timedelta(seconds=1))
    assert links.use(store, "l", NOW)
    assert not links.use(store, "l", NOW)


def test_orders_are_read_back_by_who_what_and_when(store: Store) -> None:
    made = [
        AuditRecord(NOW + timedelta(minutes=at), by, order, target, {"a": 1}, {"a": 2}, "done")
        for at, (by, order, target) in enumerate(
            [
                ("user:li", "user.add", "wang"),
                ("user:li", "flow.save", "hotline"),
                ("cli:bo", "flow.save", "vip"),
            ]
        )
    ]
    audits.add(store, made)
    assert audits.page(store, audits.Query()) == made[::-1]
    assert audits.page(store, audits.Query(order="flow.", by="li")) == [made[1]]
    assert audits.page(store, audits.Query(before=made[1].at)) == [made[0]]
    assert audits.page(store, audits.Query(target="vip")) == [made[2]]


def test_a_key_is_taken_once_and_gives_the_answer_then(store: Store) -> None:
    assert remembered.begin(store, "k", "digest", NOW) is None
    assert remembered.begin(store, "k", "digest", NOW) == remembered.Answer("digest", 0, "", {})
    remembered.keep(store, "k", remembered.Answer("digest", 201, "{}", {"Location": "/x"}))
    assert remembered.begin(store, "k", "other", LATER) == remembered.Answer(
        "digest", 201, "{}", {"Location": "/x"}
    )


def test_a_key_is_free_again_when_nothing_was_done_under_it(store: Store) -> None:
    remembered.begin(store, "k", "digest", NOW)
    remembered.let_go(store, "k")
    assert remembered.begin(store, "k", "digest", NOW) is None


def test_a_request_whose_process_died_can_be_done_anew_after_a_while(store: Store) -> None:
    remembered.begin(store, "k", "digest", NOW)
    assert remembered.begin(store, "k", "digest", NOW + timedelta(minutes=1)) is not None
    assert remembered.begin(store, "k", "digest", NOW + timedelta(minutes=3)) is None
