"""Commands: what they look like, and what no value can make of them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import RefusedInput
from ivr.esl import commands
from ivr.esl.commands import ApiCall, Argument
from ivr.esl.quoting import CAUSES, address, call_uuid, clean_text, hangup_cause

SYNTAX = [
    *" \n\r\0'\"\\;,|![]{}<>$=*#/a张\ud800",
    *(
        "${",
        "$\\{",
        "%[",
        "%,[",
        "^^",
        ":_:",
        "@@",
        "%0A",
        "://",
        "..",
        ".wav",
        "undef",
        "&park()",
        "ARRAY::a|:b",
    ),
    *("${system(id)}", "reload mod_event_socket", "\n\nexit"),
]
HOSTILE = st.text(max_size=40) | st.lists(st.sampled_from(SYNTAX), max_size=8).map("".join)


def read(frame: bytes) -> list[tuple[str, dict[str, str], bytes]]:
    """The commands in `frame`, as FreeSWITCH's read_packet would take them apart."""
    found = []
    while frame:
        head, end, frame = frame.partition(b"\n\n")
        assert end
        first, *lines = head.decode().split("\n")
        headers = dict(line.split(": ", 1) for line in lines)
        assert len(headers) == len(lines)
        length = int(headers.get("content-length", 0))
        found.append((first, headers, frame[:length]))
        frame = frame[length:]
    return found


def separated(text: str, delimiter: str, most: int = 128) -> list[str]:
    """FreeSWITCH's switch_separate_string (char delimiter), written from its description in C."""
    tokens: list[str] = []
    token, quoted, at = "", False, 0
    while at < len(text):
        sign = text[at]
        if sign == "\\":
            token += text[at : at + 2]
            at += 2
            continue
        if sign == "'" and (quoted or "'" in text[at + 1 :]):
            quoted = not quoted
        if sign == delimiter and not quoted and len(tokens) < most - 1:
            tokens.append(token)
            token = ""
        else:
            token += sign
        at += 1
    return [cleaned(each, delimiter) for each in [*tokens, token]]


def cleaned(token: str, delimiter: str) -> str:
    token, out, end, quoted, at = token.lstrip(" "), "", 0, False, 0
    escapes = {"n": "\n", "r": "\r", "t": "\t", "s": " "} | {
        sign: sign for sign in ("'", '"', "\\", delimiter)
    }
    while at < len(token):
        sign, following = token[at], token[at + 1 : at + 2]
        if sign == "\\" and following in escapes:
            out += escapes[following]
            end, at = len(out), at + 2
            continue
        if sign == "'" and (quoted or "'" in token[at + 1 :]):
            quoted = not quoted
            end = len(out) if quoted else end
        else:
            out += sign
            end = len(out) if sign != " " or quoted else end
        at += 1
    return out[:end]


def expands(text: str) -> bool:
    """Whether FreeSWITCH would find something to run or set in an argument."""
    return bool(re.search(r"\$\\*\{", text)) or re.match(r"%.?\[", text, re.DOTALL) is not None


def made(build: Callable[[], str | bytes]) -> str | bytes | None:
    """What `build` returns, or None when it refuses; nothing else may be raised."""
    try:
        return build()
    except RefusedInput:
        return None


# What they look like ---------------------------------------------------------------------------------


def test_an_application_travels_with_its_argument_in_the_body() -> None:
    frame = commands.execute("u-1", "playback", Argument("/a b.wav"), event_uuid="e-1")
    assert frame == (
        b"sendmsg u-1\ncall-command: execute\nexecute-app-name: playback\nEvent-UUID: e-1\nevent-lock: true\n"
        b"content-type: text/plain\ncontent-length: 8\n\n/a b.wav"
    )


def test_an_application_without_argument_has_no_body() -> None:
    frame = commands.execute("u-1", "answer", None, event_uuid="e-1", lock=False)
    assert frame == b"sendmsg u-1\ncall-command: execute\nexecute-app-name: answer\nEvent-UUID: e-1\n\n"


def test_api_and_bgapi_carry_the_same_call() -> None:
    call = commands.api("uuid_break", "u-1", "all")
    assert commands.api_frame(call) == b"api uuid_break u-1 all\n\n"
    assert commands.bgapi_frame(call, "j-1") == b"bgapi uuid_break u-1 all\nJob-UUID: j-1\n\n"


def test_events_are_kept_back_by_a_header_and_its_value() -> None:
    assert commands.only("Event-Name", "DTMF") == b"filter Event-Name DTMF\n\n"
    for header, value in (("Event-Name", "/./"), ("Event-Name\n\nexit", "DTMF"), ("Event Name", "DTMF")):
        with pytest.raises(RefusedInput):
            commands.only(header, value)


def test_events_are_subscribed_to_by_name() -> None:
    assert commands.subscribe(("DTMF", "CHANNEL_PARK")) == b"event plain DTMF CHANNEL_PARK\n\n"
    with pytest.raises(RefusedInput):
        commands.subscribe(("DTMF\n\nexit",))
    with pytest.raises(RefusedInput):
        commands.subscribe(())


def test_several_sounds_are_one_thing_and_their_exclamation_marks_are_kept() -> None:
    sounds = [commands.sound_file("/a!b, c.wav"), commands.silence(0.5), commands.music("moh")]
    assert commands.playback(sounds) == r"file_string:///a\!b, c.wav!silence_stream://500!local_stream://moh"
    assert commands.playback(sounds[:1]) == "/a!b, c.wav"


def test_nothing_follows_music() -> None:
    with pytest.raises(RefusedInput, match="no end"):
        commands.playback([commands.music("moh"), commands.silence(1)])


@pytest.mark.parametrize("count", [0, commands.MAX_SOUNDS + 1])
def test_a_playback_has_sounds_but_not_more_than_freeswitch_splits(count: int) -> None:
    with pytest.raises(RefusedInput):
        commands.playback([commands.silence(1)] * count)


def test_digits_are_collected_with_a_quoted_prompt() -> None:
    prompt = commands.playback([commands.sound_file("/a b.wav")])
    argument = commands.get_digits(
        prompt, "ivr_pin", least=4, most=6, terminators="#", noinput_ms=5000, digit_ms=3000
    )
    assert argument == "4 6 1 5000 # '/a b.wav' '' ivr_pin '' 3000"
    silent = commands.get_digits(
        None, "ivr_pin", least=1, most=1, terminators="", noinput_ms=1000, digit_ms=100
    )
    assert silent == "1 1 1 1000 none silence '' ivr_pin '' 100"


def test_recordings_name_their_path_limit_and_silence() -> None:
    assert commands.recording("/r/a b.wav", max_seconds=60, silence_threshold=200, silence_seconds=3) == (
        "'/r/a b.wav' 60 200 3"
    )
    start = "uuid_record u-1 start '/r/a.wav' 60 {RECORD_STEREO=true,RECORD_PRE_BUFFER_FRAMES=1}"
    assert commands.record_start("u-1", "/r/a.wav", 60, stereo=True) == start
    assert commands.record_mask("u-1", "/r/a.wav", masked=True) == "uuid_record u-1 mask '/r/a.wav'"
    assert commands.record_mask("u-1", "/r/a.wav", masked=False) == "uuid_record u-1 unmask '/r/a.wav'"
    assert commands.record_stop("u-1", "/r/a.wav") == "uuid_record u-1 stop '/r/a.wav'"


def test_a_dial_string_is_variables_and_one_leg() -> None:
    variables: dict[str, str | int | bool] = {
        "origination_uuid": "b-1",
        "ignore_early_media": True,
        "name": "Li 四",
    }
    assert commands.dial_string("user/{address}", "1000", variables) == (
        "{origination_uuid=b-1,ignore_early_media=true,name='Li 四'}user/1000"
    )
    dial = commands.dial_string("sofia/gateway/trunk/{address}", "+8610")
    assert commands.originate(dial) == "originate sofia/gateway/trunk/+8610 &park()"


@pytest.mark.parametrize(
    "template", ["", "user/1000", "{address}{address}", "[a=b]user/{address}", "a:_:b/{address}"]
)
def test_a_template_takes_one_address_and_starts_one_call(template: str) -> None:
    with pytest.raises(RefusedInput):
        commands.dial_string(template, "1000")


def test_a_test_call_may_dial_a_feature_code() -> None:
    dial = commands.into_dialplan("*71", "default", {"origination_uuid": "b-1"})
    assert dial == "{origination_uuid=b-1}loopback/*71/default"
    assert commands.into_dialplan("+86#1", "public") == "loopback/+86#1/public"


@pytest.mark.parametrize("context", ["", "a/b", "a b", "a,b", "{x}", "${x}", "-a", "a" * 65])
def test_a_test_call_comes_in_at_one_context(context: str) -> None:
    with pytest.raises(RefusedInput):
        commands.into_dialplan("95598", context)


def test_a_scheduled_command_is_one_that_was_built_here() -> None:
    call = commands.api("uuid_transfer", "u-1", "fallback")
    assert (
        commands.schedule(6, "ivr-guard-u-1", call) == "sched_api +6 ivr-guard-u-1 uuid_transfer u-1 fallback"
    )
    with pytest.raises(RefusedInput, match="flag"):
        commands.schedule(6, "g", commands.api("hash", "insert/a/b/c&"))


def test_keys_are_sent_to_the_other_end() -> None:
    assert commands.send_keys("u-1", "12w#") == "uuid_send_dtmf u-1 12w#"
    assert commands.keys("*9") == "*9"


# What is refused -------------------------------------------------------------------------------------


def test_unknown_names_are_refused_with_a_suggestion() -> None:
    with pytest.raises(RefusedInput, match='did you mean "playback"'):
        commands.execute("u-1", "playbak", None, event_uuid="e")
    with pytest.raises(RefusedInput, match='did you mean "uuid_kill"'):
        commands.api("uuid_kil", "u-1")
    with pytest.raises(RefusedInput, match='did you mean "USER_BUSY"'):
        hangup_cause("USER_BUSSY")


@pytest.mark.parametrize("name", ["system", "eval", "expand", "bgapi", "lua", "shutdown", "unload"])
def test_commands_that_run_what_they_are_given_are_not_ours(name: str) -> None:
    assert name not in commands.APIS
    with pytest.raises(RefusedInput):
        commands.api(name, "id")


@pytest.mark.parametrize(
    "text",
    [
        "a\nb",
        "a\rb",
        "a\0b",
        "${x}",
        "$${x}",
        "$\\\\{x}",
        "%[a=b]c",
        "%,[a=b]c",
        "x mod_EVENT_socket",
        "\ud800",
    ],
)
def test_text_that_means_something_to_freeswitch_is_refused(text: str) -> None:
    with pytest.raises(RefusedInput):
        clean_text(text)


@pytest.mark.parametrize("text", ["", "$5", "100%", "a %[b]", 'it\'s; "x" \\n', "张三 \u2028", "{a}[b]<c>"])
def test_text_that_means_nothing_is_let_through(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize(
    "value", ["*88", "#", "10 00", "a,b", "a|b", "a@b", "", "1" * 65, "١٢", "-1", "${x}"]
)
def test_what_is_no_extension_is_not_dialled(value: str) -> None:
    with pytest.raises(RefusedInput):
        address(value)


@pytest.mark.parametrize(
    "path", ["a.wav", "/a", "/a b'.wav", "/a.wav@@1", "/x/../a.wav", "/http://a.wav", "/a.wav\n"]
)
def test_what_is_no_plain_path_is_not_played(path: str) -> None:
    with pytest.raises(RefusedInput):
        commands.sound_file(path)


@pytest.mark.parametrize(
    "spec", ["path=/etc/passwd", "%(500,0,800)!/x.wav", "%(99999,0,1)", "%(١,0,1)", "", "%(1,1)"]
)
def test_what_is_no_tone_is_not_played(spec: str) -> None:
    with pytest.raises(RefusedInput):
        commands.tone(spec)


@pytest.mark.parametrize("seconds", [0, -1, 3601, float("nan"), float("inf")])
def test_silence_has_a_sane_length(seconds: float) -> None:
    with pytest.raises(RefusedInput):
        commands.silence(seconds)


@pytest.mark.parametrize("cause", ["", "user_busy", "16", "NORMAL_CLEARING\n"])
def test_a_hangup_cause_is_one_freeswitch_knows(cause: str) -> None:
    with pytest.raises(RefusedInput):
        commands.kill("u-1", cause)


def test_a_list_in_disguise_is_no_variable() -> None:
    with pytest.raises(RefusedInput, match="list"):
        commands.set_variables("u-1", {"a": "ARRAY::x|:y"})


def test_a_refusal_names_the_slot_and_never_the_value() -> None:
    with pytest.raises(RefusedInput) as refusal:
        commands.set_variables("u-1", {"pin": "hunter2 ${x}"})
    assert "pin" in str(refusal.value)
    assert "hunter2" not in str(refusal.value)
    with pytest.raises(RefusedInput) as refusal:
        commands.auth("hunter2\n")
    assert "hunter2" not in str(refusal.value)


def test_every_cause_is_written_as_freeswitch_writes_it() -> None:
    assert all(re.fullmatch(r"[A-Z_]+", cause) for cause in CAUSES)


# Whatever is put in ----------------------------------------------------------------------------------


@given(HOSTILE)
def test_any_argument_makes_one_command_with_its_headers_and_body(text: str) -> None:
    frame = made(lambda: commands.execute("u-1", "playback", Argument(text), event_uuid="e-1"))
    if isinstance(frame, bytes):
        [(first, headers, body)] = read(frame)
        assert first == "sendmsg u-1"
        assert headers == {
            "call-command": "execute",
            "execute-app-name": "playback",
            "Event-UUID": "e-1",
            "event-lock": "true",
            "content-type": "text/plain",
            "content-length": str(len(text.encode())),
        }
        assert body.decode() == text
        assert not expands(text)


@given(HOSTILE, HOSTILE)
def test_any_uuid_makes_one_command(channel: str, event: str) -> None:
    frame = made(lambda: commands.execute(channel, "answer", None, event_uuid=event))
    if isinstance(frame, bytes):
        [(first, headers, _)] = read(frame)
        assert first == f"sendmsg {channel}"
        assert headers["Event-UUID"] == event
        assert call_uuid(channel) == channel


@given(HOSTILE)
def test_any_password_makes_one_command(secret: str) -> None:
    frame = made(lambda: commands.auth(secret))
    if isinstance(frame, bytes):
        assert read(frame) == [(f"auth {secret}", {}, b"")]


@given(st.lists(HOSTILE, max_size=3))
def test_any_words_make_one_command_of_as_many_words(words: list[str]) -> None:
    call = made(lambda: commands.api("hash", *words))
    if isinstance(call, str):
        [(first, headers, body)] = read(commands.api_frame(ApiCall(call)))
        assert (first.split(" "), headers, body) == (["api", "hash", *words], {}, b"")
        assert not expands(first)


@given(st.dictionaries(HOSTILE, HOSTILE, max_size=4))
def test_any_variables_arrive_as_they_were_given(variables: dict[str, str]) -> None:
    call = made(lambda: commands.set_variables("u-1", variables))
    if isinstance(call, str):
        [(first, headers, body)] = read(commands.api_frame(ApiCall(call)))
        assert (headers, body) == ({}, b"")
        _, name, channel, pairs = first.split(" ", 3)
        assert (name, channel) == ("uuid_setvar_multi", "u-1")
        assert dict(pair.split("=", 1) for pair in separated(pairs, ";", 64)) == variables


@given(st.text(st.sampled_from("ab ;'\\\"=ns$%,张"), max_size=12))
def test_any_clean_value_of_a_variable_survives_freeswitchs_splitting(value: str) -> None:
    pairs = commands.set_variables("u-1", {"a": value, "b": "2"}).split(" ", 2)[2]
    assert separated(pairs, ";", 64) == [f"a={value}", "b=2"]


@given(st.lists(HOSTILE.map("/{}.wav".format), min_size=2, max_size=4))
def test_any_paths_are_played_as_so_many_files(paths: list[str]) -> None:
    argument = made(lambda: commands.playback([commands.sound_file(path) for path in paths]))
    if isinstance(argument, str):
        scheme, _, rest = argument.partition("://")
        assert scheme == "file_string"
        assert separated(rest, "!") == paths
        assert not expands(argument)


@given(HOSTILE)
def test_any_address_is_one_leg(target: str) -> None:
    dial = made(lambda: commands.dial_string("user/{address}", target))
    if isinstance(dial, str):
        assert dial == f"user/{target}"
        assert not set(target) & set(",|[]{}<>^:;'\"\\ $*#@/")


@given(HOSTILE, HOSTILE)
def test_any_number_of_a_test_call_is_one_leg(number: str, context: str) -> None:
    dial = made(lambda: commands.into_dialplan(number, context))
    if isinstance(dial, str):
        assert dial == f"loopback/{number}/{context}"
        assert not set(number + context) & set(",|[]{}<>^:;=&'\"\\ $@/")


@given(HOSTILE, HOSTILE)
def test_any_variable_of_a_dial_string_stays_one(name: str, value: str) -> None:
    for pair in ({"a": value}, {name: "b"}):
        dial = made(lambda pair=pair: commands.dial_string("user/{address}", "1000", pair))  # type: ignore[misc]
        if isinstance(dial, str):
            variables, _, leg = dial.removeprefix("{").partition("}")
            assert leg == "user/1000"
            assert separated(variables, ",") == [f"{key}={held}" for key, held in pair.items()]
            assert not set(variables) & set('|[]{}<>^;"\\$')
            assert ":_:" not in dial
            assert not expands(dial)


@given(HOSTILE, HOSTILE)
def test_any_tone_or_music_is_one_sound(spec: str, name: str) -> None:
    for sound in (made(lambda: commands.tone(spec)), made(lambda: commands.music(name))):
        if isinstance(sound, str):
            assert separated(sound, "!") == [sound]
            assert not expands(sound)
