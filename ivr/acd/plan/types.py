"""The small types that routing plans are made of: levels, service levels, PINs, telephones, words.

Each turns what a manager writes into what the router uses, and refuses with a sentence that says how to
write it right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, SecretStr

from ivr import i18n
from ivr.acd.model import HIGHEST_LEVEL
from ivr.acd.plan import pins
from ivr.flow.prompts import Prompt, PromptModel, flattened
from ivr.flow.template import Template
from ivr.flow.types import Spelled, language_tag, refuse, shortened
from ivr.flow.types import _duration as seconds

_SKILL = re.compile(r"[a-z_][a-z0-9_]{0,63}")
_AGENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_SERVICE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(?:%|percent)\s+(?:in|within)\s+(\S+)")
_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(?:%|percent)")
_EXTENSION = re.compile(r"[0-9A-Za-z+*#][0-9A-Za-z_.+*#-]{0,31}")
_DIAL = re.compile(r"[a-z_]+/[A-Za-z0-9_.+*#@:;=~%/-]{1,240}")
_MUSIC = re.compile(
    r"(local_stream://)?[0-9A-Za-z_-]+(/[0-9A-Za-z_-]+)*"
    r"|tone_stream://(v=-?[0-9]{1,2};)?(%\(([0-9]{1,4},){2,5}[0-9]{1,4}\)){1,8}(;loops=[0-9]{1,2})?"
    r"|silence_stream://(-1|[1-9][0-9]{1,5})|\w[\w ./-]{0,200}\.[0-9A-Za-z]{1,8}"
)
_NUMBER = re.compile(r"\+[1-9][0-9]{5,14}")


# Levels and skills ------------------------------------------------------------------------------------


def _level(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= HIGHEST_LEVEL:
        hint = f"write 1 (a little) to {HIGHEST_LEVEL} (nobody knows it better)"
        raise refuse("A101", f'"{shortened(str(value))}" is not a level', hint)
    return value


def _known_level(value: Any) -> int:
    if _level(value) == 0:
        raise refuse("A101", "level 0 is no skill", "leave it out, or write 1 to 10")
    return int(value)


def _skill(value: Any) -> str:
    if not isinstance(value, str) or not (_SKILL.fullmatch(value) or is_language(value)):
        better = re.sub(r"[^a-z0-9]+", "_", str(value).lower()).strip("_")
        offer = f'call it "{better}"; ' if _SKILL.fullmatch(better) else ""
        hint = f"{offer}a skill has a-z, 0-9 and _, or is a language's tag: en-US"
        raise refuse("A102", f'"{shortened(str(value))}" cannot name a skill', hint)
    return value


def is_language(skill: str) -> bool:
    """Whether a skill is a language by its tag (`zh`, `yue-HK`); a word of three letters is none."""
    return i18n.is_tag(skill) and ("-" in skill or len(skill) == 2)


def _levels(value: Any) -> Any:
    """`billing` and `[billing, en-US]` ask for level 1 of each."""
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return dict.fromkeys(value, 1)
    return value


Level = Annotated[int, BeforeValidator(_known_level), Spelled("level")]
"""How well somebody knows something: 1 to 10."""

AskedLevel = Annotated[int, BeforeValidator(_level), Spelled("level")]
"""A level that is asked; 0 drops what was asked before."""

Skill = Annotated[str, BeforeValidator(_skill), Spelled("skill")]
"""A skill's name, or a language's tag."""

Skills = Annotated[dict[Skill, Level], BeforeValidator(_levels)]
"""Skills with their levels; a list of skills is level 1 of each."""

Asked = Annotated[dict[Skill, AskedLevel], BeforeValidator(_levels)]
"""Skills that are asked with the least level of each."""


# Agents -----------------------------------------------------------------------------------------------


def _agent(value: Any) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _AGENT.fullmatch(text):
        hint = "an id has letters, digits, _, . and -, as in 1001 or wang.fang"
        raise refuse("A103", f'"{shortened(str(value))}" cannot be an agent\'s id', hint)
    return text


def _extension(value: Any) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _EXTENSION.fullmatch(text):
        raise refuse("A106", f'"{shortened(str(value))}" is not an extension', 'write the digits: "1001"')
    return text


def _dial(value: Any) -> str:
    if not isinstance(value, str) or not _DIAL.fullmatch(value):
        hint = "write user/1001, or sofia/gateway/TRUNK/NUMBER; for an extension there is `extension:`"
        raise refuse("A106", f'"{shortened(str(value))}" is not a dial string', hint)
    return value


def _outside(value: Any) -> str:
    text = re.sub(r"[ .()-]", "", str(value))
    if not _NUMBER.fullmatch(text):
        hint = "write +861012345678, with + and the country; an extension of the house is `extension:`"
        raise refuse("F232", f'"{shortened(str(value))}" is no number as outside lines dial it', hint)
    return text


def _pin(value: Any) -> Any:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    if not pins.is_pin(text) and not pins.is_kept(text):
        hint = 'write 4 to 12 digits in quotes, such as "4711"'
        raise refuse("A105", "this is not a PIN", hint)  # its own words are not repeated, as it is secret
    return SecretStr(text)


AgentId = Annotated[str, BeforeValidator(_agent), Spelled("agent", _AGENT.pattern)]
Extension = Annotated[str, BeforeValidator(_extension), Spelled("extension", _EXTENSION.pattern)]
Dial = Annotated[str, BeforeValidator(_dial), Spelled("dial string")]
Outside = Annotated[str, BeforeValidator(_outside), Spelled("outside number", _NUMBER.pattern)]
Pin = Annotated[SecretStr, BeforeValidator(_pin), Spelled("PIN")]


# Service levels and shares ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """So large a share (0 to 1) is to be answered within so many seconds."""

    share: float
    within: float

    def __str__(self) -> str:
        return f"{self.share * 100:g}% in {self.within:g}s"


def _service_level(value: Any) -> ServiceLevel:
    if isinstance(value, ServiceLevel):
        return value
    found = _SERVICE.fullmatch(str(value).strip().lower())
    if found is None or not 0 < float(found[1]) <= 100:
        raise refuse("A104", f'"{shortened(str(value))}" is not a service level', "write 80% in 20s")
    return ServiceLevel(float(found[1]) / 100, seconds(found[2]))


def _share(value: Any) -> float:
    text = str(value).strip().lower()
    if text in ("all", "none"):
        return float(text == "all")
    found = _SHARE.fullmatch(text)
    if found is None or float(found[1]) > 100:
        raise refuse("A111", f'"{shortened(text)}" is no share of calls', "write all, none or 20%")
    return float(found[1]) / 100


Service = Annotated[ServiceLevel, BeforeValidator(_service_level), Spelled("service level")]
"""`80% in 20s`."""

Share = Annotated[float, BeforeValidator(_share), Spelled("share")]
"""`all`, `none` or `20%`, as 0 to 1."""


# Words ------------------------------------------------------------------------------------------------


def _words(value: Any) -> Any:
    if isinstance(value, str):
        return {"": value} if value else {}
    if isinstance(value, dict):
        for tag in value:
            language_tag(str(tag))
    return value


def _static(prompt: PromptModel) -> PromptModel:
    for item in flattened(prompt.texts.values()):
        for part in (item, getattr(item, "say", None)):
            if (isinstance(part, Template) and not part.is_static) or getattr(part, "when", None):
                source = part.source if isinstance(part, Template) else "when"
                hint = "write words without {{ }}; what differs by caller, a flow says before"
                raise refuse("A112", f'"{shortened(source)}" is the same for everybody', hint)
    return prompt


def _music(value: Any) -> str:
    if not isinstance(value, str) or not _MUSIC.fullmatch(value) or ".." in value:
        hint = "name a sound file, such as jazz.wav, or local_stream://NAME"
        raise refuse("A113", f'"{shortened(str(value))}" is no music', hint)
    return value


Words = Annotated[dict[str, str], BeforeValidator(_words), Spelled("words")]
"""What people call something, by language; the key is empty where one text serves all."""

Said = Annotated[Prompt, AfterValidator(_static)]
"""A prompt without values in it."""

Music = Annotated[str, BeforeValidator(_music), Spelled("music")]
"""A sound file, or a stream of FreeSWITCH; a name without an ending is one of mod_local_stream."""


def called(words: Mapping[str, str], language: str, otherwise: str) -> str:
    """What something is called in a language, or `otherwise`."""
    return i18n.pick(words, language) if words else otherwise
