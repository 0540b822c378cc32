"""The one place where values become FreeSWITCH commands.

Nothing outside this file formats a command: what it returns is typed (`ApiCall`, `Argument`, `Sound`), and
the connection takes nothing else. Everything raises `RefusedInput` for a value that `quoting` will not let
through.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final, NewType

from ivr.errors import RefusedInput
from ivr.esl.quoting import (
    address,
    call_uuid,
    clean_text,
    dial_value,
    dialled,
    file_path,
    hangup_cause,
    match,
    number,
    refused,
    variable_name,
    variable_value,
)
from ivr.registry import did_you_mean

ApiCall = NewType("ApiCall", str)
"""What stands behind `api ` or `bgapi `."""

Argument = NewType("Argument", str)
"""What an application is given."""

Sound = NewType("Sound", str)
"""One thing `playback` can play."""

_APPLICATIONS = """
    answer bridge hangup park play_and_get_digits playback pre_answer record send_dtmf sleep
    spandsp_start_dtmf spandsp_stop_dtmf three_way
"""

APPLICATIONS: Final = frozenset(_APPLICATIONS.split())
"""Applications that Ivory executes. FreeSWITCH hangs up on a name it does not know: a slip is caught here."""

_APIS = """
    file_exists global_getvar hash hash_dump http_get http_put module_exists originate sched_api
    sched_del show status strmicroepoch user_exists uuid_answer uuid_break uuid_bridge uuid_buglist
    uuid_displace uuid_dump uuid_exists uuid_getvar uuid_kill uuid_pre_answer uuid_record uuid_recv_dtmf
    uuid_send_dtmf uuid_setvar_multi uuid_transfer version xml_locate
"""

APIS: Final = frozenset(_APIS.split())
"""API commands that Ivory uses: none that reads or runs what it is given, as `system` and `eval` do."""

CARRIER: Final = Argument("silence_stream://-1")
"""The silence without end that sounds are laid over."""

MAX_SOUNDS: Final = 127
"""Sounds in one `playback`: `file_string` splits into 128, the last of which is the unsplit rest."""

GUARD: Final = "ivr-guard-"
"""What the scheduler's group of a call's dead-man timer begins with; the call's UUID follows."""

FALLBACK: Final = "fallback XML ivory"
"""Where the timer sends the caller: extension, dialplan, context."""

KEPT_TALK: Final = ("park_after_bridge", "uuid_bridge_park_on_cancel")
"""Channel variables that keep a caller on the line when the other leg goes."""

_EVENT = re.compile(r"[A-Z_]{1,64}")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_VALUE = re.compile(r"[A-Za-z0-9_]{1,64}")
_CONTEXT = re.compile(r"[0-9A-Za-z_][0-9A-Za-z_.-]{0,63}")
_TEMPLATE = re.compile(r"[0-9A-Za-z_./@:;=+-]*\{address\}[0-9A-Za-z_./@:;=+-]*")
_LEG = re.compile(r"[0-9A-Za-z_]+/[0-9A-Za-z_./@:;=+-]{1,200}")
_KEYS = re.compile(r"[0-9A-D*#wW]{1,128}")
_TERMINATORS = re.compile(r"[0-9A-D*#]{1,16}")
_TGML = re.compile(
    r"(v=-?\d{1,2};)?(%\(\d{1,4},\d{1,4},\d{1,4}(,\d{1,4}){0,3}\)){1,8}(;loops=\d{1,2})?", re.ASCII
)
_STREAM = re.compile(r"[0-9A-Za-z_-]+(/[0-9A-Za-z_-]+)*")
_URL = re.compile(r"https?://[0-9A-Za-z.-]+(:\d{1,5})?(/[0-9A-Za-z_.@-]+)+\.[0-9A-Za-z]{1,8}", re.ASCII)
_DISPLACED = re.compile(r"<function>displace</function>\s*<target>(.*?)</target>", re.DOTALL)
_RECORDED = re.compile(r"<function>session_record</function>\s*<target>(.*?)</target>", re.DOTALL)
_BASE64 = re.compile(r"[0-9A-Za-z_-]+={0,2}")
_WORD = re.compile(r"[^\s\x00-\x1f\x7f'\"\\]+")


# Sounds ----------------------------------------------------------------------------------------------


def sound_file(path: PurePosixPath | str) -> Sound:
    """A sound file by its absolute path. Spaces, commas, `!` and any script's letters are fine."""
    text = file_path(path, "the path of a sound")
    return Sound(text)


def remote_sound(url: str) -> Sound:
    """A sound that mod_http_cache keeps, or fetches while the call waits: see `fetch`."""
    return Sound("http_cache://" + _url(url))


def silence(seconds: float) -> Sound:
    """Silence, 20 ms to an hour."""
    if not 0.02 <= seconds <= 3600:
        raise RefusedInput(f"silence must be 0.02 to 3600 seconds, not {seconds}")
    return Sound(f"silence_stream://{round(seconds * 1000)}")


def tone(spec: str) -> Sound:
    """A tone in TGML, such as `%(500,250,800)`: ms on, ms off, up to four frequencies in Hz; `;loops=9`."""
    return Sound("tone_stream://" + match(_TGML, spec, "the tone", hint="write %(500,0,800)"))


def music(name: str) -> Sound:
    """A stream of mod_local_stream, without end; in a row of sounds only the last can be one."""
    return Sound("local_stream://" + match(_STREAM, name, "the music's name"))


def playback(sounds: Sequence[Sound]) -> Argument:
    """The argument that plays `sounds` one after the other, as one thing to stop; 1 to `MAX_SOUNDS`."""
    if not 1 <= len(sounds) <= MAX_SOUNDS:
        raise RefusedInput(f"{len(sounds)} sounds cannot be played at once", hint=f"play 1 to {MAX_SOUNDS}")
    if any(sound.startswith("local_stream:") for sound in sounds[:-1]):
        raise RefusedInput("music has no end, so nothing can follow it")
    if len(sounds) == 1:
        return Argument(sounds[0])
    return Argument("file_string://" + "!".join(sound.replace("!", r"\!") for sound in sounds))


def get_digits(
    prompt: Argument | None,
    variable: str,
    *,
    least: int,
    most: int,
    terminators: str,
    noinput_ms: int,
    digit_ms: int,
) -> Argument:
    """The argument of `play_and_get_digits`: `prompt` once, then `least` to `most` keys into `variable`.

    Whatever the caller presses is taken, no matter what it is: checking is for who reads the variable.
    `terminators` may be empty. Times are in milliseconds; FreeSWITCH waits a second at least.
    """
    words = [
        str(number(least, 0, 127, "the least number of digits")),
        str(number(most, max(1, least), 127, "the greatest number of digits")),
        "1",
        str(number(noinput_ms, 1000, 3_600_000, "the wait for digits in ms")),
        match(_TERMINATORS, terminators, "the terminators") if terminators else "none",
        f"'{prompt}'" if prompt else "silence",
        "''",
        variable_name(variable),
        "''",
        str(number(digit_ms, 100, 60_000, "the wait between digits in ms")),
    ]
    return Argument(" ".join(words))


def recording(
    path: PurePosixPath | str, *, max_seconds: int, silence_threshold: int = 0, silence_seconds: int = 0
) -> Argument:
    """The argument of `record`: into `path`, for `max_seconds` at most (0: no end), ended by silence.

    `silence_threshold` is an energy (about 200 for a telephone); 0 records through silence. A path that
    cannot be written **hangs up** the call.
    """
    limit = number(max_seconds, 0, 86_400, "the longest recording in s")
    threshold = number(silence_threshold, 0, 32_767, "the silence threshold")
    hits = number(silence_seconds, 0, 3_600, "the silence in s")
    return Argument(f"'{file_path(path, 'the path of a recording')}' {limit} {threshold} {hits}")


def keys(value: str) -> Argument:
    """Keys to press: `0-9 A-D * #`; `w` and `W` wait for half a second and a second."""
    return Argument(match(_KEYS, value, "the keys to send"))


# Dial strings ----------------------------------------------------------------------------------------


def dial_string(
    template: str, target: str, variables: Mapping[str, str | int | bool] | None = None
) -> Argument:
    """The argument of `bridge`: one leg, `{variables}` and then `template` with `target` at `{address}`.

    Args:
        template: the administrator's, such as `user/{address}` or `sofia/gateway/trunk/{address}`.
        target: who is to be dialled; see `address`.
        variables: the new leg's. Their values may hold letters, digits, single spaces and `. @ : / + * # -`:
            the rest is syntax here. `set_variables` takes any text, once the leg is there.
    """
    if not _TEMPLATE.fullmatch(template) or ":_:" in template:
        raise RefusedInput(
            "the dial template is none", hint="write user/{address} or sofia/gateway/NAME/{address}"
        )
    return _leg(template.replace("{address}", address(target)), variables or {})


def into_dialplan(
    number: str, context: str, variables: Mapping[str, str | int | bool] | None = None
) -> Argument:
    """As `dial_string`, for a call that comes in at a context of the dialplan, as if somebody had dialled
    `number` (see `dialled`) on their telephone; it needs mod_loopback."""
    if not _CONTEXT.fullmatch(context):
        raise refused(
            "the dialplan's context", "holds a sign no context has", "use letters, digits and _ . -"
        )
    return _leg(f"loopback/{dialled(number)}/{context}", variables or {})


def leg_string(leg: str, variables: Mapping[str, str | int | bool]) -> Argument:
    """As `dial_string`, for one leg that is written out (`user/1001@example.com`), as a plan has it for an
    agent: letters, digits and `_ . / @ : ; = + -`."""
    hint = "write user/1001 or sofia/internal/1001@10.0.0.5"
    if ":_:" in match(_LEG, leg, "an agent's dial string", hint):
        raise refused("an agent's dial string", 'holds ":_:", which starts another call')
    return _leg(leg, variables)


def _leg(leg: str, variables: Mapping[str, str | int | bool]) -> Argument:
    pairs = [f"{variable_name(name)}={dial_value(name, value)}" for name, value in variables.items()]
    return Argument(("{" + ",".join(pairs) + "}" if pairs else "") + leg)


def originate(dial: Argument) -> ApiCall:
    """Ring `dial` (from `dial_string`) and park it when it answers; for `bgapi`, as it takes its time."""
    return ApiCall(f"originate {dial} &park()")


def eavesdrop(dial: Argument, target: str) -> ApiCall:
    """Ring `dial` and let it listen to the channel `target` when it answers; it is hung up when that channel
    ends. For `bgapi`. What it says is heard by whom its variables name: see `supervision`."""
    return ApiCall(f"originate {dial} &eavesdrop({call_uuid(target)})")


def other_channel(channel: str) -> Argument:
    """The argument of an application that is given another channel: `three_way`."""
    return Argument(call_uuid(channel))


# API commands ----------------------------------------------------------------------------------------


def api(name: str, *words: str) -> ApiCall:
    """An API command of `APIS` with its words; none of them may hold spaces, quotes or backslashes."""
    if name not in APIS:
        raise RefusedInput("that is no API command Ivory uses", hint=did_you_mean(name[:40], sorted(APIS)))
    for word in words:
        match(_WORD, clean_text(word, "a word of an API command"), "a word of an API command")
    return ApiCall(" ".join((name, *words)))


def store(realm: str, key: str, value: str) -> ApiCall:
    """Put `value` (URL-safe base64, up to 2 MiB of it) into mod_hash's store."""
    long = match(_BASE64, clean_text(value, "a stored value", most=2 << 20), "a stored value")
    return ApiCall(f"hash insert/{match(_STREAM, realm, 'the realm')}/{call_uuid(key)}/{long}")


def set_variables(channel: str, variables: Mapping[str, str]) -> ApiCall:
    """Set 1 to 64 channel variables in one go; an empty value removes its variable.

    Any text `clean_text` lets through arrives as it is, but for values that begin with `ARRAY::`, which
    FreeSWITCH would make lists of. By `uuid_setvar_multi`, which, unlike `uuid_setvar`, refuses `${` itself.
    """
    if not 1 <= len(variables) <= 64:
        raise RefusedInput(f"{len(variables)} variables cannot be set at once", hint="set 1 to 64")
    pairs = [f"{variable_name(name)}={variable_value(name, value)}" for name, value in variables.items()]
    return ApiCall(f"uuid_setvar_multi {call_uuid(channel)} {';'.join(pairs)}")


def kill(channel: str, cause: str = "NORMAL_CLEARING") -> ApiCall:
    """Hang a channel up; FreeSWITCH's own cause, where none is given, is this one."""
    told = "" if hangup_cause(cause) == "NORMAL_CLEARING" else f" {cause}"
    return ApiCall(f"uuid_kill {call_uuid(channel)}{told}")


def displace(channel: str, sound: Sound) -> ApiCall:
    """Lay a sound over what a channel plays; its end is a MEDIA_BUG_STOP with the sound as
    `Media-Bug-Target`. The same sound cannot be laid over twice at a time.

    `mux` leaves the caller's own sound alone, `f` puts it before recordings, so that they have it too.
    """
    return ApiCall(f"uuid_displace {call_uuid(channel)} start {_quoted(sound)} 0 muxf")


def undisplace(channel: str, sound: Sound) -> ApiCall:
    """End a sound that `displace` began."""
    return ApiCall(f"uuid_displace {call_uuid(channel)} stop {_quoted(sound)}")


def displaced(buglist: str) -> list[Sound]:
    """The sounds in what `uuid_buglist` printed: XML to look at, but nothing in it is escaped."""
    return [Sound(target) for target in _DISPLACED.findall(buglist)]


def recorded(buglist: str) -> list[str]:
    """The paths that a channel is recorded to, in what `uuid_buglist` printed."""
    return _RECORDED.findall(buglist)


def _quoted(sound: Sound) -> str:
    """A sound as one word; no sound holds quotes."""
    return f"'{sound}'" if " " in sound else sound


def send_keys(channel: str, value: str) -> ApiCall:
    """Press `keys` towards the other end of a channel."""
    return ApiCall(f"uuid_send_dtmf {call_uuid(channel)} {keys(value)}")


def record_start(
    channel: str, path: PurePosixPath | str, max_seconds: int = 0, *, stereo: bool = False
) -> ApiCall:
    """Record a channel beside whatever it does; `max_seconds` 0: until `record_stop` or its end. `stereo`:
    what it says is left, what it hears right. Folders of the path are made. The end is a MEDIA_BUG_STOP with
    the path as `Media-Bug-Target`."""
    limit = number(max_seconds, 0, 86_400, "the longest recording in s")
    file = file_path(path, "the path of a recording")
    how = f"{{RECORD_STEREO={'true' if stereo else 'false'},RECORD_PRE_BUFFER_FRAMES=1}}"
    return ApiCall(f"uuid_record {call_uuid(channel)} start '{file}' {limit} {how}")


def record_mask(channel: str, path: PurePosixPath | str, *, masked: bool) -> ApiCall:
    """Have a recording be silent from here on, while its time goes on; or hear again."""
    file, word = file_path(path, "the path of a recording"), "mask" if masked else "unmask"
    return ApiCall(f"uuid_record {call_uuid(channel)} {word} '{file}'")


def record_stop(channel: str, path: PurePosixPath | str) -> ApiCall:
    """End a recording that `record_start` began."""
    return ApiCall(f"uuid_record {call_uuid(channel)} stop '{file_path(path, 'the path of a recording')}'")


def tap(channel: str, path: PurePosixPath | str) -> ApiCall:
    """Write what is said on a channel into a pipe, at once and frame by frame: raw 16 bit at 8 kHz by the
    path's ending `.r8`. What is played to the channel is not in it. For `bgapi`: FreeSWITCH opens the pipe
    while the command waits, and looks for the thread that writes it only after 10 ms. `record_stop` ends it,
    likewise by `bgapi`, as FreeSWITCH waits then until all is written."""
    file = file_path(path, "the path of a pipe")
    how = ",".join(
        (
            "RECORD_READ_ONLY=true",
            "RECORD_STEREO=false",
            "RECORD_APPEND=false",
            "RECORD_HANGUP_ON_ERROR=false",
            "RECORD_USE_THREAD=true",
            "RECORD_PRE_BUFFER_FRAMES=0",
            "enable_file_write_buffering=false",
            "record_sample_rate=8000",
        )
    )
    return ApiCall(f"uuid_record {call_uuid(channel)} start '{file}' 0 {{{how}}}")


def fetch(url: str) -> ApiCall:
    """Let mod_http_cache fetch what `remote_sound` will play, unless it has it; for `bgapi`. It answers with
    the path of its copy."""
    return ApiCall(f"http_get {_url(url)}")


def deliver(url: str, path: PurePosixPath | str) -> ApiCall:
    """Let mod_http_cache PUT a file of FreeSWITCH's host; for `bgapi`, as it has no time-out of its own."""
    return ApiCall(f"http_put {_url(url)} '{file_path(path, 'the path of a recording')}'")


def file_exists(path: PurePosixPath | str) -> ApiCall:
    """Ask whether FreeSWITCH's host has a file: `true` or `false`. It takes no quotes, and needs none."""
    return ApiCall(f"file_exists {file_path(path, 'a path')}")


def _url(url: str) -> str:
    return match(_URL, url, "the URL of a file")


def schedule(seconds: int, group: str, call: ApiCall) -> ApiCall:
    """Run `call` in so many seconds; `api("sched_del", group)` takes everything of `group` back."""
    when = number(seconds, 1, 86_400, "the delay in s")
    if call.endswith("&"):
        raise refused("a scheduled command", 'ends with "&", which FreeSWITCH would take for a flag')
    return ApiCall(f"sched_api +{when} {call_uuid(group)} {call}")


def guard(channel: str, seconds: int, first: ApiCall | None = None) -> tuple[ApiCall, ...]:
    """Set a call's dead-man timer anew: unless that is done again, it goes to the fallback of the context
    `ivory` in so many seconds. All go out in one write, so that no call is left without.

    `first` is run two seconds before. A transfer in the middle of `record` hangs the call up, and music that
    was laid over would be heard in the fallback, too: such things are ended there.
    """
    group, later = GUARD + call_uuid(channel), seconds
    before: tuple[ApiCall, ...] = ()
    if first:
        before, later = (schedule(seconds, group, first),), seconds + 2
    fall = ApiCall(f"uuid_transfer {channel} {FALLBACK}")
    return unguard(channel), *before, schedule(later, group, fall)


def unguard(channel: str) -> ApiCall:
    """Take a call's dead-man timer away."""
    return api("sched_del", GUARD + call_uuid(channel))


def guarded_talk(channel: str, seconds: int) -> dict[str, str]:
    """The channel variables by which FreeSWITCH itself takes the timer away when a talk begins, and sets it
    when the talk is over, whether a worker lives or not."""
    before, after = guard(channel, seconds)
    return {"api_before_bridge": before, "api_after_bridge": after}


def kept_talk() -> dict[str, str]:
    """The channel variables by which a caller is parked, and never hung up, when whom they were connected
    with has gone, be it before a word was said; whoever takes the caller elsewhere takes them away. Where a
    telephone's own transfer key sends the caller is for the context `ivory` to say: nowhere else may it."""
    gone = " ".join(("api_before_bridge", "api_after_bridge", *KEPT_TALK))
    return {
        **dict.fromkeys(KEPT_TALK, "true"),
        "execute_on_blind_transfer_ivory": f"multiunset {gone}",
        "force_transfer_dialplan": "XML",
        "force_transfer_context": "ivory",
    }


# Frames ----------------------------------------------------------------------------------------------


def auth(secret: str) -> bytes:
    """The login."""
    if not secret:
        raise RefusedInput("the event socket's password is empty", hint="set switch.password")
    return _frame("auth " + clean_text(secret, "the event socket's password"))


def subscribe(events: Collection[str]) -> bytes:
    """Ask for events by their names (`CHANNEL_PARK`), URL-encoded header by header."""
    if not events:
        raise RefusedInput("there is no event to subscribe to")
    return _frame("event plain " + " ".join(match(_EVENT, name, "an event's name") for name in events))


def only(header: str, value: str) -> bytes:
    """Keep back events but those whose `header` has this value, in whatever case. Said several times: but
    those that fit one of them."""
    match(_HEADER, header, "the name of a header")
    return _frame(f"filter {header} {match(_VALUE, value, 'the value of a header')}")


def execute(
    channel: str, application: str, argument: Argument | None, *, event_uuid: str, lock: bool = True
) -> bytes:
    """Run an application on a channel.

    `event_uuid` comes back as `Application-UUID` in CHANNEL_EXECUTE and CHANNEL_EXECUTE_COMPLETE. Without
    `lock` a second application runs nested inside the first. The argument travels in the body.
    """
    if application not in APPLICATIONS:
        hint = did_you_mean(application[:40], sorted(APPLICATIONS))
        raise RefusedInput("that is no application Ivory uses", hint=hint)
    lines = [
        f"sendmsg {call_uuid(channel)}",
        "call-command: execute",
        f"execute-app-name: {application}",
        f"Event-UUID: {call_uuid(event_uuid)}",
    ]
    if lock:
        lines.append("event-lock: true")
    if argument is None:
        return _frame(*lines)
    body = clean_text(argument, "the argument", most=1 << 20).encode()
    return _frame(*lines, "content-type: text/plain", f"content-length: {len(body)}") + body


def api_frame(call: ApiCall) -> bytes:
    """Run `call` while the connection waits."""
    return _frame(f"api {call}")


def bgapi_frame(call: ApiCall, job: str) -> bytes:
    """Run `call` in a thread of its own; its answer is a BACKGROUND_JOB with `Job-UUID` `job`."""
    return _frame(f"bgapi {call}", f"Job-UUID: {call_uuid(job)}")


def _frame(*lines: str) -> bytes:
    for line in lines:
        clean_text(line, "a command", most=4 << 20)
    return "\n".join((*lines, "", "")).encode()
