"""What is said on the event socket: the same bytes go to FreeSWITCH and to the embedded switch, and the same
bytes come back."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator

import gevent
import pytest
from gevent import socket

from ivr.switch import Switch
from tests.freeswitch.conformance.line import Line
from tests.freeswitch.conformance.peers import embedded, place
from tests.freeswitch.instance import Instance

QUIET = 0.5
"""Seconds after which nothing more is expected."""

_CHANCE = re.compile(
    rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=Added: )\d+"
    rb"|(?<=Content-Length: )\d+(?=\n\n\+OK Added)"
)

SAID: dict[str, bytes] = {
    "a command": b"api echo one\n\n",
    "bare newlines before a command": b"\n\n\n\napi echo one\n\n",
    "bare newlines between commands": b"api echo one\n\n\n\n\napi echo two\n\n\n",
    "carriage returns": b"api echo one\r\n\r\n\r\napi echo two\r\n\r\n",
    "many commands in one write": b"".join(b"api echo %d\n\n" % number for number in range(40)),
    "commands and bodies in one write": (
        b"sendmsg nobody\ncall-command: execute\nexecute-app-name: playback\ncontent-type: text/plain\n"
        b"content-length: 9\n\nsome\n\ntext"[:-1]
        + b"api echo two\n\n"
    ),
    "a guard wound up in one write": b"api sched_del ivr-guard-x\n\napi sched_api +999 ivr-guard-x status\n\n"
    b"api sched_del ivr-guard-x\n\n",
    "an unknown command": b"frobnicate now\n\n",
    "an unknown api": b"api frobnicate now\n\n",
    "an api without a name": b"api\n\napi \n\n",
    "an api that says nothing": b"api hash select/no/body\n\n",
    "a bgapi without a name": b"bgapi\n\nbgapi \n\n",
    "a bgapi with a job of its own": b"bgapi echo x\nJob-UUID: my-own-job\n\n",
    "capitals": b"API ECHO Two\n\nEVENT PLAIN dtmf\n\nNOEVENTS\n\n",
    "words that begin alike": b"eventually plain DTMF\n\napiary\n\nnoeventsatall\n\nlogged\n\n",
    "events": b"event plain DTMF CHANNEL_PARK\n\nevent json\n\nevent\n\nevent plain NONSENSE\n\n"
    b"event plain CUSTOM a::b c::d\n\nnixevent DTMF\n\nnixevent\n\nnixevent NONSENSE\n\nnoevents\n\n"
    b"noevents\n\n",
    "filters": b"filter\n\nfilter \n\nfilter Unique-ID\n\nfilter Unique-ID a\n\nfilter add Unique-ID b\n\n"
    b"filter add Unique-ID\n\nfilter  Unique-ID  c\n\nfilter Unique-ID a b c\n\nfilter delete\n\n"
    b"filter delete Unique-ID a\n\nfilter delete Unique-ID\n\nfilter delete all\n\nfilter delete Nothing\n\n"
    b"filter Unique-ID -x\n\nfilter Unique-ID /^x/\n\nFILTER Event-Name DTMF\n\n",
    "a log": b"log\n\nlog 7\n\nlog debug\n\nlog 99\n\nlog nonsense\n\nnolog\n\n",
    "what only a call may say": b"linger\n\nnolinger\n\ndivert_events on\n\n",
    "a message to nobody": b"sendmsg\n\nsendmsg nobody\n\nsendmsg nobody\nsession-id: somebody\n\n",
    "an event of one's own": b"sendevent CUSTOM\nEvent-Subclass: a::b\n\nsendevent\n\nsendevent NONSENSE\n\n",
    "a password once more": b"auth wrong\n\napi echo still\n\n",
    "goodbye": b"exit\n\napi echo late\n\n",
    "goodbye in dots": b"...\n\n",
    "a colon and nothing": b"api echo one\nNothing:\n: nobody\nno colon\n\n",
    "a body of no bytes": b"api echo one\ncontent-length: 0\n\napi echo two\n\n",
    "a body of less than nothing": b"api echo one\ncontent-length: -1\n\napi echo two\n\n",
    "a body too big": b"api echo one\ncontent-length: 99999999\n\napi echo two\n\n",
    "no text": b"api echo \xff\xfe\n\n",
    "zero": b"api echo a\0b\n\napi echo two\n\n",
}


def talk(port: int, password: str, data: bytes) -> bytes:
    """Everything that comes back, from the login on, until it is quiet."""
    with socket.create_connection(("127.0.0.1", port), 5) as line:
        line.sendall(f"auth {password}\n\n".encode())
        heard = b""
        while b"+OK accepted\n\n" not in heard:
            heard += line.recv(65536)
        line.sendall(data)
        heard = heard.partition(b"+OK accepted\n\n")[2]
        line.settimeout(QUIET)
        while True:
            try:
                more = line.recv(65536)
            except (TimeoutError, ConnectionResetError):
                break
            if not more:
                heard += b"<end>"
                break
            heard += more
    return _CHANCE.sub(b"<chance>", heard)


@pytest.fixture(scope="module")
def switch() -> Iterator[Switch]:
    with embedded() as switch:
        yield switch


@pytest.mark.parametrize("said", SAID)
def test_the_same_is_answered(freeswitch: Instance, switch: Switch, said: str) -> None:
    lines = [(freeswitch.port, freeswitch.password), (switch.listen_port, switch.password)]
    jobs = [gevent.spawn(talk, *line, SAID[said]) for line in lines]
    there, here = (job.get(timeout=15) for job in jobs)
    assert here.decode(errors="replace") == there.decode(errors="replace")


@pytest.mark.parametrize("parts", [1, 3, 1000])
def test_a_command_may_come_in_pieces(freeswitch: Instance, switch: Switch, parts: int) -> None:
    command = b"api echo a rather long command\nname: value\n\n"
    size = max(1, len(command) // parts)
    answers = []
    for port, password in [(freeswitch.port, freeswitch.password), (switch.listen_port, switch.password)]:
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.sendall(f"auth {password}\n\n".encode())
            for at in range(0, len(command), size):
                line.sendall(command[at : at + size])
                gevent.sleep(0.002)
            heard = b""
            while not heard.endswith(b"command"):
                heard += line.recv(65536)
            answers.append(heard)
    assert answers[0] == answers[1]


def test_a_newline_in_the_middle_of_nothing_wakes_and_means_nothing(
    freeswitch: Instance, switch: Switch
) -> None:
    for port, password in [(freeswitch.port, freeswitch.password), (switch.listen_port, switch.password)]:
        heard = talk(port, password, b"\n" * 500 + b"api echo x\n\n" + b"\n" * 500)
        assert heard.endswith(b"\n\nx")
        assert heard.count(b"Content-Type") == 1


FILTERS: dict[str, bytes] = {
    "none": b"",
    "an application": b"filter Application playback\n\n",
    "an application and all events but those of applications": (
        b"filter Event-Name DTMF\n\nfilter Event-Name CHANNEL_PARK\n\nfilter Application playback\n\n"
    ),
    "one kept back": b"filter Event-Name CHANNEL_PARK\n\nfilter Application -set\n\n",
    "only one kept back": b"filter Application -set\n\n",
    "by pattern": b"filter Event-Name /^CHANNEL_(PARK|HANGUP)/\n\n",
    "in any case": b"filter event-name channel_park\n\nfilter APPLICATION PLAYBACK\n\n",
    "a header nobody has": b"filter Nobody x\n\n",
    "taken back": b"filter Event-Name DTMF\n\nfilter delete Event-Name DTMF\n\n",
    "all taken back": b"filter Event-Name DTMF\n\nfilter delete all\n\n",
    "two of a kind after all were taken back": (
        b"filter delete all\n\nfilter Event-Name CHANNEL_PARK\n\nfilter Event-Name CHANNEL_HANGUP\n\n"
    ),
    "twice the same": b"filter Event-Name CHANNEL_PARK\n\nfilter Event-Name CHANNEL_PARK\n\n"
    b"filter delete Event-Name CHANNEL_PARK\n\n",
}
WATCHED = b"event plain CHANNEL_PARK CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP\n\n"
_EVENT = re.compile(rb"^(?:Event-Name: (\w+)|Application: (\w+))$", re.MULTILINE)


@pytest.mark.parametrize("filters", FILTERS)
def test_the_same_events_pass_a_filter(freeswitch: Instance, switch: Switch, filters: str) -> None:
    seen = []
    for port, password in [(freeswitch.port, freeswitch.password), (switch.listen_port, switch.password)]:
        with socket.create_connection(("127.0.0.1", port), 5) as line, Line(port, password, "") as other:
            line.sendall(f"auth {password}\n\n".encode() + WATCHED + FILTERS[filters] + b"api echo ready\n\n")
            heard = b""
            while not heard.endswith(b"ready"):
                heard += line.recv(65536)
            make_a_call(other)
            line.settimeout(QUIET)
            heard = b""
            with contextlib.suppress(TimeoutError):
                while more := line.recv(65536):
                    heard += more
        # Two legs tell of themselves, each in its own time.
        seen.append(sorted(b" ".join(filter(None, found)) for found in _EVENT.findall(heard)))
    assert seen[1] == seen[0]
    assert bool(seen[0]) is (filters not in {"a header nobody has", "only one kept back"})


def make_a_call(line: Line) -> None:
    """A call that parks, is answered, hears something, and is over."""
    caller = place(line, "loopback/95598/public", "13900009999").uuid
    deadline = time.monotonic() + 10
    while len(called := line.send(f"api uuid_getvar {caller} other_loopback_leg_uuid")) != len(caller):
        assert time.monotonic() < deadline, called
        gevent.sleep(0.05)
    gevent.sleep(QUIET)
    line.send(f"api uuid_answer {called}")
    sendmsg = f"sendmsg {called}\ncall-command: execute\nexecute-app-name: playback\ncontent-type: text/plain"
    assert line.send(sendmsg, "silence_stream://50") == "+OK"
    gevent.sleep(2 * QUIET)
    line.send(f"api uuid_kill {called}")
    gevent.sleep(QUIET)
