"""A post process that is killed at the worst moment loses nothing: real processes, real receivers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import gevent
import pytest
from gevent.event import Event

from ivr.store.database import Store
from ivr.store.webhooks import outbox
from ivr.store.webhooks.events import event
from tests.unit.webhooks.receivers import Post, Receiver

Make = Callable[..., Any]


@contextmanager
def post_process(url: str, *receivers: Receiver, owner: str = "one") -> Iterator[subprocess.Popen[bytes]]:
    allow = ", ".join(f"127.0.0.1:{one.port}" for one in receivers)
    environ = {
        **os.environ,
        "IVR_STORE_URL": url,
        "IVR_WEBHOOKS_ALLOW": f"[{allow}]",
        "IVR_WEBHOOKS_PRIVATE": "true",
        "IVR_LOG_LEVEL": "error",
    }
    command = [sys.executable, "-m", "ivr", "post", f"--owner={owner}", "--lease=2"]
    process = subprocess.Popen(command, env=environ)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def told(call: str, number: int) -> Any:
    values = {"call": call, "number": number}
    name = f"{call}{number}"
    return event("order.placed", name, datetime.now(UTC), f"call:{call}", call=call, data={"values": values})


def in_order(posts: list[Post]) -> dict[str, list[int]]:
    """The numbers of each call in the order in which they first came."""
    found: dict[str, list[int]] = {}
    for post in posts:
        values = post.json["data"]["values"]
        numbers = found.setdefault(values["call"], [])
        if values["number"] not in numbers:
            numbers.append(values["number"])
    return found


def all_noted(store: Store, count: int) -> None:
    with gevent.Timeout(20, TimeoutError("not all is noted")):
        while outbox.counts(store).get("127-0-0-1", {}).get("delivered", 0) < count:
            gevent.sleep(0.02)


CALLS, EACH = "abcdef", 5
EVENTS = [(call, number) for number in range(EACH) for call in CALLS]


def test_killed_while_posts_are_under_way(
    url: str, store: Store, save: Make, receiver: Make, subscribe: Make
) -> None:
    """Taken, but not answered: nobody can know, so it comes again."""
    held, release = Event(), Event()

    def reply(_post: Post) -> int:
        if crm.under_way == 3:
            held.set()
        if not release.is_set():
            release.wait(30)
        return 200

    crm: Receiver = receiver(reply)
    subscribe(crm)
    save(*(told(*one) for one in EVENTS))
    with post_process(url, crm) as process:
        assert held.wait(20)
        process.kill()
        process.wait()
    release.set()
    with post_process(url, crm):
        all_noted(store, len(EVENTS))
    assert in_order(crm.posts) == {call: list(range(EACH)) for call in CALLS}


@pytest.mark.parametrize("after", [1, 7, 20])
def test_killed_between_an_answer_and_its_note(
    url: str, store: Store, save: Make, receiver: Make, subscribe: Make, after: int
) -> None:
    """Answered, but not written down: it comes again, with the same id and the same body."""
    processes: list[subprocess.Popen[bytes]] = []

    def reply(_post: Post) -> int:
        if len(crm.posts) + 1 == after:
            gevent.spawn(processes[0].kill)  # as the answer leaves
        return 200

    crm: Receiver = receiver(reply)
    subscribe(crm)
    save(*(told(*one) for one in EVENTS))
    with post_process(url, crm) as process:
        processes.append(process)
        with gevent.Timeout(20):
            while process.poll() is None:
                gevent.sleep(0.01)
        assert process.returncode == -signal.SIGKILL
    with post_process(url, crm):
        all_noted(store, len(EVENTS))
    assert in_order(crm.posts) == {call: list(range(EACH)) for call in CALLS}
    bodies = {post.id: {other.body for other in crm.posts if other.id == post.id} for post in crm.posts}
    assert all(len(some) == 1 for some in bodies.values())


def test_killed_again_and_again(url: str, store: Store, save: Make, receiver: Make, subscribe: Make) -> None:
    crm: Receiver = receiver()
    subscribe(crm)
    for turn in range(4):
        save(*(told(f"{call}{turn}", number) for call, number in EVENTS))
        with post_process(url, crm) as process, gevent.Timeout(20):
            seen = len(crm.posts)
            while len(crm.posts) < seen + 5:
                gevent.sleep(0.005)
            process.kill()
    with post_process(url, crm):
        all_noted(store, 4 * len(EVENTS))
    assert in_order(crm.posts) == {f"{call}{turn}": list(range(EACH)) for turn in range(4) for call in CALLS}


def test_another_process_takes_over_when_the_lease_is_over(
    url: str, store: Store, save: Make, receiver: Make, subscribe: Make
) -> None:
    crm: Receiver = receiver()
    subscribe(crm)
    save(told("a", 0))
    with post_process(url, crm) as first:
        crm.wait(1)
        first.kill()
    save(told("a", 1))
    with post_process(url, crm, owner="two"):
        all_noted(store, 2)
    assert in_order(crm.posts) == {"a": [0, 1]}


def test_told_to_end_it_ends_in_order(
    url: str, store: Store, save: Make, receiver: Make, subscribe: Make
) -> None:
    crm: Receiver = receiver()
    subscribe(crm)
    save(told("a", 0))
    with post_process(url, crm) as process:
        crm.wait(1)
        process.terminate()
        assert process.wait(10) == 0
    all_noted(store, 1)
    assert len(crm.posts) == 1


def test_it_dies_with_its_parent(url: str) -> None:
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "ivr", "post", f"--beat-fd={theirs.fileno()}"]
    process = subprocess.Popen(command, env={**os.environ, "IVR_STORE_URL": url}, pass_fds=[theirs.fileno()])
    try:
        theirs.close()
        ours.settimeout(20)
        assert ours.recv(1) == b"."
        ours.close()
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.wait()
