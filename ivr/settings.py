"""Every setting of Ivory, in one table: its name, type, default and what it does.

A value is looked for in this order: command-line flag, `IVR_<SECTION>_<NAME>` in the environment (or the
file that `IVR_<SECTION>_<NAME>_FILE` names), `./ivr.yaml`, the user's configuration folder, the default.
`ivr config show` prints each value with where it came from; docs/settings.md is generated from this table.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError
from yaml.reader import ReaderError

from ivr import folders
from ivr.addresses import loopback
from ivr.errors import Place, SettingsError
from ivr.registry import did_you_mean

DATA = folders.DATA
CACHE = folders.CACHE


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Switch(_Section):
    """The FreeSWITCH that carries the calls."""

    host: str = Field("127.0.0.1", description="Address of its event socket; IPv4, IPv6 or a name.")
    port: int = Field(8021, ge=1, le=65535, description="Port of its event socket.")
    password: SecretStr = Field(SecretStr("ClueCon"), description="Password of its event socket.")
    connect_timeout: float = Field(5.0, gt=0, description="Seconds a connection and its login may take.")
    command_timeout: float = Field(5.0, gt=0, description="Seconds a command may wait for its answer.")
    wake: float = Field(
        3.0,
        ge=0,
        le=20,
        description="Milliseconds between two reminders to FreeSWITCH to send its events; 0: none, and"
        " each event is 0 to 20 ms late.",
    )
    realtime: bool = Field(
        True,
        description="Whether a worker beside a FreeSWITCH on the same machine asks the system for the same"
        " priority, without which a busy switch leaves it no time.",
    )


class Flows(_Section):
    """Where flows and their sounds are, and which serve."""

    dir: Path = Field(Path("flows"), description="Folder of the flows, one YAML file each.")
    sounds: Path = Field(Path("flows/sounds"), description="Folder that `audio:` names are relative to.")
    reload_after: float = Field(
        1.0, gt=0, description="Seconds after which an edited flow, or one that was published, is noticed."
    )
    published: Path = Field(
        DATA / "published",
        description="Folder of published versions and their sounds, made from the store; FreeSWITCH must read"
        " it too.",
    )
    drafts: bool = Field(
        True, description="Whether a flow that was never published serves callers as its file is."
    )


class Speech(_Section):
    """Text to sound."""

    engine: str = Field("pyttsx3", description="Engine of the group `ivr.tts` that speaks.")
    fallback: list[str] = Field([], description="Engines that are tried, in this order, when it fails.")
    command: str = Field(
        "",
        description="For the engine `command`: a command line with {text_file}, {wav}, {language}, {voice}.",
    )
    url: str = Field("", description="For the engine `http`: the URL that sentences are posted to.")
    token: SecretStr = Field(
        SecretStr(""), description="For the engine `http`: the bearer token that the server is shown."
    )
    ca_file: str = Field(
        "",
        description="For the engine `http`: PEM file of the authorities that vouch for the server; the public"
        " ones when empty.",
    )
    voices: dict[str, str] = Field(
        {},
        description="Voice for a language, `zh-CN: cmn`, or of one engine for it, `http/zh-CN: xiaoxiao`; the"
        " engine's default else.",
    )
    rate: int = Field(170, ge=60, le=400, description="Words a minute.")
    pitch: int = Field(50, ge=1, le=99, description="How high the voice is; 50: as it is made.")
    pause: float = Field(
        0.0, ge=0, le=5, description="Seconds of silence between two sentences; 0: as the engine makes it."
    )
    recorded: Path = Field(
        Path("flows/recorded"),
        description="Folder of sentences that somebody has recorded; they are played instead of a voice.",
    )
    deadline: float = Field(15.0, gt=0, description="Seconds a sentence may take before it is given up.")
    workers: int = Field(2, ge=1, le=32, description="Sentences that are rendered at the same time.")
    cache: Path = Field(
        CACHE / "prompts", description="Folder of rendered sentences; FreeSWITCH must read it too."
    )


class Asr(_Section):
    """What callers say, as words."""

    engines: list[str] = Field(
        ["vosk", "pocketsphinx"],
        description="Engines of the group `ivr.asr` that are tried, in this order; those that do not know the"
        " language are passed over. Empty: nobody listens.",
    )
    models: dict[str, Path] = Field(
        {},
        description="Folder of the model with which `vosk` understands a language:"
        " `zh-CN: /srv/models/vosk-model-small-cn-0.22`.",
    )
    vosk_servers: dict[str, str] = Field(
        {}, description="For `vosk_server`, the server that understands a language: `zh-CN: ws://asr:2700`."
    )
    http_servers: dict[str, str] = Field(
        {},
        description="For `http`, the service that understands a language: `en-US: https://asr.example/v1`.",
    )
    token: SecretStr = Field(SecretStr(""), description="Bearer token that servers are shown.")
    ca_file: str = Field(
        "", description="PEM file of the authorities that vouch for servers; the public ones when empty."
    )
    deadline: float = Field(
        3.0, gt=0, le=60, description="Seconds after its end by which an utterance must be understood."
    )
    processes: int = Field(
        2, ge=1, le=32, description="Processes for each engine and language; each loads the model anew."
    )
    utterances: int = Field(12, ge=1, le=200, description="Utterances that one process hears at once.")
    memory: int = Field(
        0, ge=0, description="Megabytes of address space a process may take; 0: as much as there is."
    )
    run: Path = Field(
        DATA / "ears",
        description="Folder through which callers' audio comes; FreeSWITCH must be able to write into it.",
    )
    sip: str = Field(
        "",
        pattern=r"^(|(\d{1,3}\.){3}\d{1,3}:\d{1,5})$",
        description="For a FreeSWITCH on another host: the address and UDP port here that it calls by SIP to"
        " bring callers' audio, `10.0.0.5:5090`. Empty: through the folder.",
    )
    sip_dial: str = Field(
        "sofia/internal/{address}", description="How FreeSWITCH calls that address; its SIP profile."
    )
    vad: int = Field(
        2, ge=0, le=3, description="How sure webrtcvad must be of a voice: 0 hears all, 3 the least noise."
    )
    onset: float = Field(
        0.08, ge=0.04, le=0.5, description="Seconds of voice with which a caller begins to speak."
    )


class Calls(_Section):
    """What calls may do."""

    recordings: Path = Field(
        DATA / "recordings", description="Folder of recordings; FreeSWITCH must write it."
    )
    max_steps: int = Field(1000, ge=10, description="Nodes one call may visit before it is ended as a loop.")
    guard: int = Field(
        15,
        ge=0,
        le=3600,
        description="Seconds after which a caller whom no worker looks after is sent to the fallback of the"
        " dialplan; 0: never.",
    )
    extension: str = Field("user/{address}", description="How an extension is dialled.")
    number: str = Field(
        "",
        description="How an outside number is dialled: `sofia/gateway/trunk/{address}`. Empty: not at all.",
    )
    allow: list[str] = Field(
        [], description="Prefixes of outside numbers that may be dialled, in E.164: `+86`. Empty: none."
    )
    outward_per_minute: int = Field(
        30, ge=1, le=10_000, description="Outside numbers that agents may dial within a minute, all together."
    )
    outward_per_day: int = Field(
        2000,
        ge=1,
        le=1_000_000,
        description="Outside numbers that agents may dial in a day (UTC), all together.",
    )


class Files(_Section):
    """A FreeSWITCH on another host, with no disk in common: sounds are fetched, recordings are brought, by
    HTTP."""

    url: str = Field(
        "",
        description="URL under which FreeSWITCH reaches the worker: `http://10.0.0.5:8089`. Empty: they share"
        " their disks.",
    )
    listen: str = Field("127.0.0.1:8089", description="`host:port` the worker listens on, if there is a url.")
    token: SecretStr = Field(
        SecretStr(""), description="Secret by which URLs are signed, 16 characters at least."
    )
    remote_recordings: str = Field(
        "/var/spool/ivory", description="Folder on FreeSWITCH's host that it records to; it must write it."
    )


class Http(_Section):
    """HTTP operations of flows."""

    services: dict[str, str] = Field(
        {}, description="Other systems by name, as flows call them: `crm: https://crm.example/api`."
    )
    allow: list[str] = Field(
        [],
        description="`host` or `host:port` flows may call; `*.crm.example`: its subdomains. Empty: none.",
    )
    private: bool = Field(False, description="Whether allowed hosts may have private or loopback addresses.")
    ca_file: str = Field(
        "", description="PEM file of the authorities that vouch for HTTPS hosts; the public ones when empty."
    )
    max_bytes: int = Field(1 << 20, ge=1024, description="Bytes of an answer that are read at most.")

    @field_validator("services")
    @classmethod
    def _urls(cls, services: dict[str, str]) -> dict[str, str]:
        for name, url in services.items():
            if not re.match(r"https?://[^/\s?#]+", url, re.IGNORECASE):
                rest = "" if "@" in url else re.sub(r"^[\w+.-]*:?//", "", url).lstrip("/")
                near = re.match(r"(localhost|[\d.]+|\[[\da-fA-F:]+\])(:\d+)?(/|$)", rest)
                way_out = f"{'http' if near else 'https'}://{rest or 'crm.example/api'}"
                said = f'the address of "{name}" does not begin with http:// or https:// and a host'
                raise PydanticCustomError("url", "{said}", {"said": said, "hint": f"write {way_out}"})
        return services


class Store(_Section):
    """What is kept about calls."""

    url: str = Field(
        f"sqlite:///{DATA / 'ivory.db'}",
        description="Database: `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`.",
    )
    spool: Path = Field(DATA / "spool", description="Folder for records that could not be written yet.")


class Acd(_Section):
    """Skill groups and agents."""

    plan: Path = Field(
        Path("routing.yaml"),
        description="The routing plan that serves until one was put into the store by `ivr acd load`.",
    )
    mirror: Path = Field(
        DATA / "routing.json",
        description="File of the plan the store had last: a worker begins with it if the database is away.",
    )
    control: str = Field(
        str(DATA / "control.sock"),
        description="UNIX socket on which a worker takes orders, as those of `ivr agent`; only its own user"
        " can open it. Empty: it takes none.",
    )
    keys: dict[str, Literal["hold", "consult", "conference", "complete", "cancel", "transfer", "hang_up"]] = (
        Field(
            {
                "*1": "consult",
                "*2": "hold",
                "*3": "conference",
                "*4": "complete",
                "*5": "cancel",
                "*7": "transfer",
            },
            description="What keys of an agent's telephone do during a talk: `*` and a digit.",
        )
    )
    callback_caller_id: str = Field(
        "", description="The number customers are shown who are called back; the line's own when empty."
    )
    callback_ring: float = Field(30.0, ge=5, le=120, description="Seconds a customer's telephone rings then.")
    callback_retries: list[float] = Field(
        [60.0, 300.0, 1800.0],
        max_length=20,
        description="Seconds until a customer who was not reached is called again, each time; then no more.",
    )
    callback_expires: float = Field(
        86_400.0, ge=60, le=2_592_000, description="Seconds after which nobody is called back any more."
    )


class Log(_Section):
    """Logs, on stderr."""

    level: str = Field(
        "info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error."
    )
    format: str = Field("text", pattern="^(text|json)$", description="text or json.")
    numbers: str = Field(
        "full",
        pattern="^(full|masked)$",
        description="full, or masked: only the last three digits of callers' and called numbers.",
    )


class Ops(_Section):
    """Health, metrics and the live view, over HTTP."""

    listen: str = Field(
        "127.0.0.1:8025",
        pattern=r"^(|unix:/.+|\[[0-9A-Fa-f:.%a-z]+\]:\d{1,5}|[^:/\s]+:\d{1,5})$",
        description="`host:port`, `[::1]:port` or `unix:/path` it listens on. Empty: off.",
    )
    token: SecretStr = Field(
        SecretStr(""),
        validate_default=True,
        description="Bearer token requests must bring. Needed where others than this machine may ask.",
    )

    @field_validator("token")
    @classmethod
    def _guarded(cls, token: SecretStr, info: ValidationInfo) -> SecretStr:
        listen = info.data.get("listen", "")
        host = listen.rpartition(":")[0].strip("[]")
        if listen and not listen.startswith("unix:") and not loopback(host) and not token.get_secret_value():
            raise ValueError(f"others than this machine reach {listen}: set a token")
        return token


class Settings(_Section):
    """All settings by section: `settings.switch.host`."""

    switch: Switch = Switch()
    flows: Flows = Flows()
    speech: Speech = Speech()
    asr: Asr = Asr()
    calls: Calls = Calls()
    files: Files = Files()
    http: Http = Http()
    store: Store = Store()
    acd: Acd = Acd()
    log: Log = Log()
    ops: Ops = Ops()


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the table: `switch.port`, what it does, its default."""

    name: str
    help: str
    default: Any
    secret: bool

    @property
    def env(self) -> str:
        return "IVR_" + self.name.replace(".", "_").upper()


def table() -> Iterator[Entry]:
    """Every setting there is, section by section."""
    for section, holder in Settings.model_fields.items():
        for name, field in holder.default.__class__.model_fields.items():
            default = field.default
            secret = isinstance(default, SecretStr)
            yield Entry(f"{section}.{name}", field.description or "", default, secret)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, and for each name where its value came from."""

    settings: Settings
    sources: Mapping[str, str]


def usual_files() -> list[Path]:
    """The configuration files, strongest first."""
    return folders.settings_files()


def load(
    flags: Mapping[str, Any] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    files: list[Path] | None = None,
) -> Loaded:
    """Gather the settings.

    Args:
        flags: values from the command line by name (`{"switch.port": 8022}`); None values are passed over.
        environ: the environment; os.environ when left out.
        files: configuration files, strongest first; `./ivr.yaml` and the user's own when left out.

    Raises:
        SettingsError: an unknown name, an unreadable file, a value of the wrong kind; it names the source.
    """
    environ = os.environ if environ is None else environ
    if files is None:
        files = usual_files()
    entries = {entry.name: entry for entry in table()}
    values: dict[str, Any] = {}
    sources = dict.fromkeys(entries, "default")

    def take(name: str, value: Any, source: str) -> None:
        if name not in entries:
            raise SettingsError(
                f'unknown setting "{name}" in {source}', hint=did_you_mean(name, list(entries))
            )
        values[name], sources[name] = value, source

    for file in reversed(files):
        for name, value in _from_file(file, entries):
            take(name, value, str(file))
    for name, entry in entries.items():
        value, variable = _from_environment(entry, environ)
        if variable:
            take(name, value, variable)
    for name, value in (flags or {}).items():
        if value is not None:
            take(name, _parsed(entries.get(name), value, "flag"), "flag")

    nested: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        section, _, key = name.partition(".")
        nested.setdefault(section, {})[key] = value
    try:
        return Loaded(Settings.model_validate(nested), sources)
    except ValidationError as error:
        problem = error.errors(include_input=False)[0]
        name = ".".join(str(part) for part in problem["loc"][:2])
        raise SettingsError(
            f"{name} (from {sources.get(name, '?')}): {problem['msg'].removeprefix('Value error, ')}",
            hint=problem.get("ctx", {}).get("hint") or "`ivr config show` lists them all",
        ) from None


def _from_file(file: Path, names: Collection[str]) -> Iterator[tuple[str, Any]]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from None
    try:
        content = _yaml(text) or {}
    except yaml.MarkedYAMLError as error:
        raise _slip(error, text.splitlines(), str(file)) from None
    except yaml.YAMLError as error:
        cause = error.reason if isinstance(error, ReaderError) else error
        raise SettingsError(f"{file} is not YAML: {cause}", hint="save it as plain UTF-8 text") from None
    if not isinstance(content, dict):
        raise SettingsError(f"{file} does not hold sections", hint="write `switch: {host: 10.0.0.5}`")
    for section, holder in content.items():
        if not isinstance(holder, dict):
            known = [name.partition(".")[2] for name in names if name.startswith(f"{section}.")]
            hint = f"write them below it, two spaces further in: `{known[0]}: …`" if known else ""
            raise SettingsError(
                f'{file}: section "{section}" does not hold settings',
                hint=hint or did_you_mean(str(section), list(Settings.model_fields)),
            )
        for name, value in holder.items():
            yield f"{section}.{name}", value


_KEY = r"[ ]*(?:-[ ]+)*([\w.-]+)"
_SLIPS = (
    ("problem", "\\t", "a tab in the indentation", "indent with spaces"),
    ("problem", "cannot start any token", "YAML keeps this sign for itself", "put the value in quotes"),
    ("context", "quoted scalar", "the quote opened here is not closed", "add the closing quote"),
    (
        "context",
        "flow",
        "the bracket opened here is not closed, or lacks a comma",
        "close it with ] or }",
    ),
    ("problem", "could not find expected ':'", "a line without a colon", "a line is `name: value`"),
    (
        "problem",
        "mapping values",
        "a second colon in one value",
        "put the value in quotes, or into a new line",
    ),
    ("context", "block", "the indentation fits no level above", "align it with its siblings"),
)
"""Where PyYAML's error says what, what it was most likely, and the way out. A [ or quote is shown where it
was opened."""


def _slip(error: yaml.MarkedYAMLError, lines: list[str], file: str) -> SettingsError:
    """An error of PyYAML, in words for who has never heard of YAML."""
    line, column, message, hint = _meant(error, lines)
    return SettingsError(f"this is not YAML: {message}", place=Place(file, line + 1, column + 1), hint=hint)


def _meant(error: yaml.MarkedYAMLError, lines: list[str]) -> tuple[int, int, str, str]:
    """Line and column (from 0) of the likeliest slip, what it was, and the way out."""
    at = error.problem_mark or error.context_mark
    line, column = (at.line, at.column) if at else (0, 0)
    for number in (line, line - 1):
        text = lines[number] if 0 <= number < len(lines) else ""
        if found := re.match(_KEY + r"(：|:(?!//)(?=[^\s:]))", text):
            message = f'behind "{found[1]}" there is no plain colon with a space'
            return number, found.start(2), message, f"write `{found[1]}: value`"
    problem, context = str(error.problem), str(error.context)
    before = lines[line][:column] if line < len(lines) else ""
    if "mapping values" in problem and ":" not in before:
        hint = "align it, or end that line's name by a colon"
        return line, column, "this reads as part of the line above", hint
    for said, words, message, hint in _SLIPS:
        if words in (problem if said == "problem" else context):
            opened = error.context_mark if "here" in message or "without" in message else None
            return (opened.line, opened.column, message, hint) if opened else (line, column, message, hint)
    return line, column, "it cannot be read from here on", "see whether quotes and indentation are right"


def _yaml(text: str) -> Any:
    """YAML whose values are all texts, as they are in flags and the environment: `+86` is no number."""
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes nothing but texts, lists, mappings


def _from_environment(entry: Entry, environ: Mapping[str, str]) -> tuple[Any, str]:
    text = environ.get(entry.env)
    variable = entry.env
    if text is None and (path := environ.get(entry.env + "_FILE")):
        variable += "_FILE"
        try:
            text = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"{variable}: {error}") from None
    if text is None:
        return None, ""
    return _parsed(entry, text, variable), variable


def _parsed(entry: Entry | None, value: Any, source: str) -> Any:
    """`value` as its setting wants it: in flags and the environment, lists and mappings stand on one line."""
    if entry is None or not isinstance(value, str) or not isinstance(entry.default, list | dict):
        return value
    try:
        return _yaml(value if value[:1] in ("[", "{") else f"[{value}]")
    except yaml.YAMLError:
        raise SettingsError(
            f"{entry.name} (from {source}): not a list",
            hint="separate values by commas, or write {name: value}",
        ) from None
