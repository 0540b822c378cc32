"""What of a call is kept on the call: it comes back as it was, and what cannot be read is said to be so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call import Kept
from ivr.errors import CommandFailed, IvoryError
from ivr.esl import keeping
from ivr.esl.commands import ApiCall
from ivr.esl.keeping import Doing, Keeper
from ivr.esl.wire import Event

UUID = "3f1c3f0e-0000-4000-8000-00000000000a"


class Switch:
    """A switch that keeps variables and a hash store."""

    def __init__(self) -> None:
        self.variables: dict[str, str] = {}
        self.store: dict[str, str] = {}

    def run(self, call: ApiCall) -> str:
        name, _, rest = call.partition(" ")
        if name == "uuid_setvar_multi":
            for pair in rest.partition(" ")[2].split(";"):
                key, _, value = pair.partition("=")
                self.variables[key] = value
            return "+OK"
        action, realm, key, *values = rest.split("/", 3)
        place = f"{realm}/{key}"
        if action == "insert":
            self.store[place] = values[0]
        elif action == "delete":
            del self.store[place]
        elif action == "select":
            return self.store.get(place, "")
        return "+OK"

    def channel(self, **more: str) -> Event:
        return channel(**self.variables, **more)


def channel(**variables: str) -> Event:
    lines = ["Event-Name: CHANNEL_DATA", f"Unique-ID: {UUID}"]
    lines += [f"variable_{name}: {value}" for name, value in variables.items()]
    event = Event.parse("\n".join((*lines, "", "")).encode())
    assert event is not None
    return event


def keep(text: str, keys: str = "") -> Switch:
    switch = Switch()
    for call in Keeper(channel(), "me").state(text, keys):
        switch.run(call)
    return switch


def test_only_what_has_changed_is_written() -> None:
    keeper = Keeper(channel(), "me")
    first, again = keeper.state("a", ""), keeper.state("a", "")
    assert first[0].endswith(";ivr_by=me")
    assert "ivr_by" not in again[0]
    assert "ivr_doing" not in again[0]
    keeper.begun(Doing("record", "a"), {})
    keeper.keys("12")
    (after,) = keeper.state("a", "")
    assert after.endswith(";ivr_keys=;ivr_doing=")


def test_of_a_state_only_the_first_line_is_written_where_the_others_stay() -> None:
    switch, keeper = Switch(), Keeper(channel(), "me")
    for text in ('{"n":"a"}\n{"v":{"x":"é"}}', '{"n":"b"}\n{"v":{"x":"é"}}'):
        (call,) = keeper.state(text, "")
        switch.run(call)
        assert keeping.read(switch.channel(), switch.run) == Kept(text, "")
    assert call.endswith(" ivr_at=t(!n!*!b!)")


@given(st.text() | st.text(alphabet='aZ09_-.!~ {}[]",:\n'), st.text(alphabet="0123456789*#", max_size=64))
def test_what_was_kept_comes_back(text: str, keys: str) -> None:
    switch = keep(text, keys)
    assert keeping.read(switch.channel(), switch.run) == Kept(text, keys)


def test_a_long_state_lies_in_the_store_and_goes_with_the_call() -> None:
    text = "short\n" + "".join(chr(0x4E00 + number * 7 % 20000) for number in range(9000))
    switch = keep(text)
    assert switch.variables[keeping.STATE] == keeping.STORE
    assert keeping.read(switch.channel(), switch.run) == Kept(text, "")
    switch.run(keeping.forget_state(UUID))
    assert keeping.read(switch.channel(), switch.run) is None


def test_a_state_that_repeats_itself_rides_on_the_channel() -> None:
    switch = keep("same " * 5000)
    assert len(switch.variables[keeping.STATE]) < keeping.LONGEST
    assert not switch.store


def test_a_call_with_nothing_kept_is_new() -> None:
    assert keeping.read(channel(), Switch().run) is None


def test_a_store_that_has_forgotten_is_nothing_kept() -> None:
    def failing(call: ApiCall) -> str:
        raise CommandFailed("-ERR Not found")

    assert keeping.read(channel(ivr_at=keeping.STORE), failing) is None


@pytest.mark.parametrize("packed", ["j", "z", "j!!", "zAAAA", "x" * 9, "jgICA", "z" + "A" * 400])
def test_what_cannot_be_read_is_said_so(packed: str) -> None:
    refuse: Callable[[ApiCall], str] = Switch().run
    if packed == "j":
        assert keeping.read(channel(ivr_at=packed), refuse) == Kept("", "")
        return
    with pytest.raises(IvoryError):
        keeping.read(channel(ivr_at=packed), refuse)


def test_a_bomb_is_not_unpacked() -> None:
    import base64
    import zlib

    bomb = "z" + base64.urlsafe_b64encode(zlib.compress(b" " * (keeping.MAX_STATE + 1))).decode()
    with pytest.raises(IvoryError, match="too long"):
        keeping.read(channel(ivr_at=bomb), Switch().run)


@pytest.mark.parametrize(
    ("doing", "application", "data", "found"),
    [
        ("record box/a-1", "record", "'/rec/box/a-1.wav' 60 200 4", Doing("record", "box/a-1")),
        ("record box/a-2", "record", "'/rec/box/a-1.wav' 60 200 4", None),
        ("bridge b1", "bridge", "{origination_uuid=b1}user/1", Doing("bridge", "b1")),
        ("bridge b1", "playback", "b1.wav", None),
        ("secret", "play_and_get_digits", "1 4 1", Doing("secret")),
        ("", "bridge", "b1", None),
        ("evil", "evil", "x", None),
    ],
)
def test_only_what_was_begun_for_this_visit_goes_on(
    doing: str, application: str, data: str, found: Doing | None
) -> None:
    variables = {"current_application": application, "current_application_data": data, keeping.DOING: doing}
    assert keeping.going_on(channel(**variables)) == found
