"""What a menu plays: files, phrases, text and silence, as the items of a prompt.

FreeSWITCH's own forms (switch_ivr_play_file): `dir/file.wav`, `phrase:macro:data`, `say:text`,
`file_string://a!b`, `silence_stream://ms`, `tone_stream://tgml`. A recording that is not there is spoken by
its name, so that callers hear something and a designer sees what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.errors import Place
from ivr.importers.freeswitch.recordings import Recordings, words
from ivr.importers.freeswitch.report import Report
from ivr.importers.freeswitch.xml import Element
from ivr.importers.writing import duration, scalar, spoken

MAX_DEPTH = 10  # phrases within phrases
MAX_ITEMS = 200  # of one prompt
DIGITS = "\0digits"  # stands for what the caller pressed, where a phrase is made of it
_TONE = re.compile(r"[A-Za-z0-9%(),.;=\-+ ]{1,200}")
_MOST_DATA = 40  # characters of a phrase's data, and of its patterns
_MOST_QUANTIFIERS = 4
_SLOW = re.compile(r"[*+}?)]\)*[*+{]|\\[0-9]|\(\?[^:]")
_CHANNEL = re.compile(r"\$\{[^}]*\}")
_CALCULATED = "{{ pressed | digits }}"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a prompt as YAML, and a remark behind it."""

    yaml: str
    remark: str = ""
    text: bool = False


@dataclass
class Prompts:
    """Makes prompts.

    Attributes:
        macros: phrases by name; the first of a name, as in FreeSWITCH.
    """

    recordings: Recordings
    macros: Mapping[str, Element]
    report: Report
    _told: set[str] = field(default_factory=set)

    def items(self, source: str, place: Place, depth: int = 0) -> list[Item]:
        """The items of what FreeSWITCH would play; empty when there is nothing that flows can say."""
        source = source.strip()
        if source.startswith("{") and "}" in source:
            lost = source[: source.index("}") + 1]
            self.report.lost(place, f"{lost} in front of a sound was left out")
            source = source[len(lost) :].strip()
        kind, _, rest = source.partition(":")
        rest = rest.removeprefix("//")
        match kind.lower() if ":" in source else "file":
            case "file":
                return self._file(source, place)
            case "phrase":
                name, _, data = rest.partition(":")
                return self._phrase(name, data, place, depth)
            case "say":
                return self._text(rest, place)
            case "file_string":
                parts = [part.replace("\\!", "!") for part in re.split(r"(?<!\\)!", rest) if part]
                if depth >= MAX_DEPTH or len(parts) > MAX_ITEMS:
                    return self._lost(f"{len(parts)} sounds in one file_string", place)
                return [item for part in parts for item in self.items(part, place, depth + 1)]
            case "silence_stream":
                return self._silence(rest, place)
            case "tone_stream":
                endless = "loops=-1" in rest.replace(" ", "")
                if _TONE.fullmatch(rest) and not endless:
                    return [Item(f"{{tone: {scalar(rest)}}}")]
                return self._lost(source, place, "write a {tone: …} of your own")
        return self._lost(source, place, "bring it into the sounds folder as a file, and name it")

    def _file(self, file: str, place: Place) -> list[Item]:
        if not file:
            return []
        if _CHANNEL.search(file) or "$${" in file:
            return self._lost(file, place, "it is known only when a call is there; name the file itself")
        if name := self.recordings.name(file):
            return [Item(f"{{audio: {scalar(name)}}}")]
        said = spoken(words(file)) or "(sound)"
        if file not in self._told:
            self._told.add(file)
            self.report.sound(place, f'{file}: "{said}"')
        return [Item(scalar(said), file, text=True)]

    def _text(self, said: str, place: Place) -> list[Item]:
        """Text to speech. FreeSWITCH takes an engine and a voice from the channel, not from here."""
        if found := _CHANNEL.findall(said):
            self.report.lost(place, f"{', '.join(found)} cannot be spoken here", "say a variable of the flow")
            said = _CHANNEL.sub("", said)
        parts = said.split(DIGITS)
        written = _CALCULATED.join(spoken(part) if part.strip() else " " for part in parts).strip()
        return [Item(scalar(written), text=True)] if written else []

    def _silence(self, rest: str, place: Place) -> list[Item]:
        found = re.match(r"\s*([0-9]{1,9})", rest)
        milliseconds = int(found[1]) if found else 0
        if not milliseconds:
            return self._lost(f"silence_stream://{rest}", place)
        if milliseconds > 60_000:
            self.report.differs(place, f"a silence of {milliseconds} ms was cut to a minute")
        return [Item(f"{{pause: {duration(min(milliseconds, 60_000))}}}")]

    def _lost(self, what: str, place: Place, hint: str = "") -> list[Item]:
        self.report.lost(place, f"{what} cannot be played", hint)
        return []

    # Phrases --------------------------------------------------------------------------------------------

    def _phrase(self, name: str, data: str, place: Place, depth: int) -> list[Item]:
        name = name.partition("@")[0].strip()
        macro = self.macros.get(name)
        if macro is None:
            said = spoken(words(name)) or "(phrase)"
            self.report.sound(place, f'phrase:{name}: "{said}"', "name the folder with lang/ in it, too")
            return [Item(scalar(said), f"phrase:{name}", text=True)]
        if depth >= MAX_DEPTH:
            return self._lost(f'phrases within phrases, deeper than {MAX_DEPTH}: "{name}"', place)
        items: list[Item] = []
        for case in macro.children:
            if case.tag != "input":
                continue
            found = _matches(case.get("pattern") or ".*", data)
            if found is None:
                message = f'the pattern of phrase "{name}" cannot be read: {case.get("pattern")}'
                self.report.lost(case.place, message)
                continue
            branch = next((c for c in case.children if c.tag == ("match" if found else "nomatch")), None)
            for action in branch.children if branch else ():
                if action.get("function").lower() == "break":
                    return items
                if len(items) >= MAX_ITEMS:
                    self.report.lost(action.place, f'phrase "{name}" is longer than {MAX_ITEMS} sounds')
                    return items
                items += self._action(action, found, depth, dynamic=data == DIGITS)
            if branch and case.get("break_on_match").lower() in ("true", "yes", "1", "on", "enabled"):
                break
        self._pauses(name, macro, items)
        return items

    def _action(
        self, action: Element, found: re.Match[str] | bool, depth: int, *, dynamic: bool
    ) -> list[Item]:
        data = action.get("data")
        if isinstance(found, re.Match):
            data = substituted(data, found, DIGITS if dynamic else None)
        match function := action.get("function").lower():
            case "play-file":
                if DIGITS in data:
                    return self._lost(data.replace(DIGITS, "$1"), action.place, "name the file itself")
                return self.items(data, action.place, depth + 1)
            case "phrase":
                return self._phrase(action.get("phrase"), data, action.place, depth + 1)
            case "speak-text":
                return self._text(data, action.place)
            case "say":
                return self._say(action, data)
        return self._lost(f"{function} {data}", action.place)

    def _say(self, action: Element, data: str) -> list[Item]:
        """Numbers and the like; what there is no filter for is said as it is written."""
        kind, method = action.get("type").lower(), action.get("method").lower()
        known = {
            "name_spelled": "digits",
            "telephone_number": "digits",
            "number": "number",
            "items": "number",
        }
        how = "digits" if method == "iterated" and kind == "number" else known.get(kind)
        if how is None:
            self.report.differs(
                action.place, f'"{data.replace(DIGITS, "$1")}" is not said as {kind or "is asked"}'
            )
            return self._text(data, action.place)
        if DIGITS in data:
            return [Item(scalar(_CALCULATED), text=True)]
        if not data.isascii() or not data.isdigit() or len(data) > 15:
            return self._text(data, action.place)
        value = data if how == "number" and not data.startswith("0") else f"'{data}'"
        return [Item(scalar(f"{{{{ {value} | {how if value == data else 'digits'} }}}}"), text=True)]

    def _pauses(self, name: str, macro: Element, items: list[Item]) -> None:
        """The pause between the sounds of a phrase is so short that it would only hide what is said."""
        pause = macro.get("pause") or "100"
        if pause.isdigit() and int(pause) >= 500 and len(items) > 1:
            for index in range(len(items) - 1, 0, -1):
                items.insert(index, Item(f"{{pause: {duration(min(int(pause), 60_000))}}}"))
        elif pause != "0" and len(items) > 1 and macro.get("pause"):
            self.report.differs(
                macro.at("pause"), f'the {pause} ms between the sounds of phrase "{name}" are left out'
            )


def _matches(pattern: str, data: str) -> re.Match[str] | bool | None:
    """FreeSWITCH's match of a phrase's data; None where Python cannot read the expression, or might take for
    ever over it."""
    if len(data) > _MOST_DATA or len(pattern) > _MOST_DATA or _SLOW.search(pattern):
        return None
    if len(re.findall(r"[*+{]", pattern)) > _MOST_QUANTIFIERS:
        return None
    try:
        return re.search(pattern, data.replace(DIGITS, "1")) or False
    except re.error:
        return None


def substituted(text: str, found: re.Match[str], instead: str | None = None) -> str:
    """A text with what `$1` and its kin stand for put in, or `instead` of each."""

    def value(sign: re.Match[str]) -> str:
        group = int(sign[1])
        return "" if group > found.re.groups else instead or found[group] or ""

    return re.sub(r"\$([0-9])", value, text)
