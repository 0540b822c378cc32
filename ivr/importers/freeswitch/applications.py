"""What a menu runs, `menu-exec-app`: dialplan applications as nodes of a flow.

One function is one application; what is not here cannot be carried over, and the report says so. Whether
FreeSWITCH comes back to the menu afterwards, or the call is gone from it for good, is part of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ivr import numbers
from ivr.errors import ExpressionError, Place
from ivr.flow import expressions, scope
from ivr.importers.freeswitch.prompts import Item, Prompts
from ivr.importers.freeswitch.report import Report
from ivr.importers.writing import scalar

PRESSED = "pressed"
"""The variable with what a caller pressed, where a menu takes more than single choices."""
_MARK = 0xE000  # `$1` of an argument, while it is taken apart: a sign that no XML of sense has
_MARKS = re.compile("[\ue000-\ue009]")
_ADDRESS = re.compile(r"[0-9A-Za-z+\ue000-\ue009][0-9A-Za-z_.+\-\ue000-\ue009]{0,63}")
_OUTSIDE = re.compile(r"\+?[0-9]{2,20}")
_DOMAIN = re.compile(r"(user/[^@,|{}]+)@\$\$?\{[^{}]*\}")
_CAUSES = ("NORMAL_CLEARING", "USER_BUSY", "CALL_REJECTED", "NORMAL_TEMPORARY_FAILURE")
_HINTS = {
    "voicemail": "write a `record` node",
    "record": "write a `record` node",
    "record_session": "write a `record` node",
    "conference": "dial it by an extension: `type: transfer`",
    "callcenter": "write a `transfer` of your own",
    "fifo": "write a `transfer` of your own",
    "lua": "write an `operation` node",
    "javascript": "write an `operation` node",
    "python": "write an `operation` node",
    "python3": "write an `operation` node",
    "curl": "write an `operation` node",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One node that is to be: its type, a wish for its name, and its options but for where it leads.

    `stays`: whether the call is in the menu again when it is over; `fails`: whether it may end otherwise.
    """

    type: str
    name: str
    options: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    stays: bool = True
    final: bool = False
    fails: bool = False
    remark: str = ""
    variables: tuple[str, ...] = ()
    menu: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """An application to carry over; `values` are what `$0` … `$9` stand for, None where it cannot be said."""

    argument: str
    place: Place
    prompts: Prompts
    report: Report
    values: Sequence[str | None] = ()

    def filled(self, text: str) -> str:
        """A text with its marks as `{{ }}`."""
        return _MARKS.sub(lambda sign: f"{{{{ {self.values[ord(sign[0]) - _MARK]} }}}}", text)

    def words(self) -> list[str]:
        return self.argument.split()


class Lost(Exception):
    """It cannot be carried over, for this reason."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason)
        self.reason, self.hint = reason, hint


def steps(command: str, task: Task) -> list[Step]:
    """The nodes that do what `name argument` does; none where flows do it without being told.

    Raises:
        Lost: it cannot be carried over.
    """
    name, _, argument = _MARKS.sub("", command).strip().partition(" ")
    for group, value in enumerate(task.values):
        if f"${group}" in argument:
            if value is None:
                raise Lost(f"what ${group} stands for cannot be said in a flow")
            argument = argument.replace(f"${group}", chr(_MARK + group))
    if name not in APPLICATIONS:
        hint = _HINTS.get(name, "")
        if re.fullmatch(r"\d+", name):
            hint = f'"{name}" is no application; if a transfer was meant, write one'
        raise Lost(f'the application "{name}" has no node', hint)
    if name == "bridge":
        argument = _DOMAIN.sub(r"\1", argument)  # a telephone of the house, whatever the house is called
    if "${" in argument or "$${" in argument:
        found = re.search(r"\$?\$\{[^}]*\}?", argument)
        raise Lost(f"{found[0] if found else 'a variable'} is known to FreeSWITCH alone")
    return APPLICATIONS[name](Task(argument.strip(), task.place, task.prompts, task.report, task.values))


def _transfer(task: Task) -> list[Step]:
    """For good: `extension [dialplan [context]]`."""
    words = task.words()
    if not words or words[0].startswith("-"):
        raise Lost("only the caller's own leg can be transferred")
    extension, dialplan, context = (
        (*words, "XML", "default")[:3] if len(words) == 1 else (*words, "default")[:3]
    )
    if dialplan.lower() != "xml":
        raise Lost(f'the dialplan "{dialplan}" is not asked', "write the number that it stands for")
    return [_extension(task, extension, context, stays=False)]


def _execute_extension(task: Task) -> list[Step]:
    words = task.words()
    if not words:
        raise Lost("it names no extension")
    context = words[2] if len(words) > 2 else "default"
    return [_extension(task, words[0], context, stays=True)]


def _extension(task: Task, extension: str, context: str, *, stays: bool) -> Step:
    if not _ADDRESS.fullmatch(extension):
        raise Lost(f'"{task.filled(extension)}" cannot be dialled')
    hint = f"set calls.extension to loopback/{{address}}/{context}, or to user/{{address}} for telephones"
    task.report.once(
        f"context {context}",
        task.place,
        f'extensions of the dialplan "{context}" are rung and connected;'
        " FreeSWITCH handed the call over to them",
        hint,
    )
    name = "extension_" + (_MARKS.sub("", extension) or PRESSED)
    options = (f"extension: {_text(task, extension)}",)
    return Step("transfer", name, options, stays=stays, fails=stays, remark=f"XML {context}")


def _bridge(task: Task) -> list[Step]:
    """Ring somebody and come back to the menu when they hang up."""
    dial = task.argument
    while (brackets := re.match(r"\s*(\{[^}]*\}|\[[^\]]*\]|<[^>]*>)", dial)) is not None:
        task.report.lost(task.place, f"{task.filled(brackets[1])} of a bridge was left out")
        dial = dial[brackets.end() :]
    if re.search(r"[,|]|:_:", dial):
        raise Lost("several parties at once, or one after the other, cannot be rung", "choose one of them")
    if found := re.fullmatch(r"user/([^@/]+)(?:@.*)?|loopback/([^/]+)(?:/.*)?", dial):
        extension = found[1] or found[2]
        if _ADDRESS.fullmatch(extension):
            name = "extension_" + (_MARKS.sub("", extension) or PRESSED)
            return [
                Step("transfer", name, (f"extension: {_text(task, extension)}",), fails=True, remark=dial)
            ]
    if (found := re.fullmatch(r"sofia/gateway/([^/]+)/(.+)", dial)) and _OUTSIDE.fullmatch(found[2]):
        return [_by_gateway(task, found[1], found[2])]
    raise Lost("only extensions and numbers by a gateway can be rung", "give it an extension, and dial that")


def _by_gateway(task: Task, gateway: str, number: str) -> Step:
    """A number that a gateway rang; one too short for an outside number is an extension behind it."""
    short = len(number) <= numbers.SHORT and not number.startswith("+")
    kind = "extension" if short else "number"
    message = f'{number} is dialled as the setting calls.{kind} says, not by the gateway "{gateway}"'
    if short:
        message += "; it is too short for an outside number"
    task.report.differs(task.place, message, f"set calls.{kind} to sofia/gateway/{gateway}/{{address}}")
    remark = "" if short else _not_e164(task, number)
    name = f"{kind}_{number.strip('+')}"
    return Step("transfer", name, (f'{kind}: "{number}"',), fails=True, remark=remark)


def _not_e164(task: Task, number: str) -> str:
    """A remark on a number that is not written as flows want it: its country can only be guessed."""
    likely = numbers.normalise(number)
    if likely == number and number.startswith("+"):
        return ""
    if likely.startswith("+"):
        message = f"{number} is not in E.164; calls.allow is asked for {likely}, which may be another number"
    else:
        message = f"{number} is not in E.164, and no country has such a number"
    return task.report.differs(task.place, message, "write it with + and its country code")


def _hangup(task: Task) -> list[Step]:
    cause = (task.words() or ["NORMAL_CLEARING"])[0].upper()
    if cause not in _CAUSES:
        task.report.differs(task.place, f"the hangup cause {cause} became NORMAL_CLEARING")
        cause = "NORMAL_CLEARING"
    options = () if cause == "NORMAL_CLEARING" else (f"cause: {cause}",)
    return [Step("hangup", "hang_up", options, final=True)]


def _playback(task: Task) -> list[Step]:
    return played(task.prompts.items(_static(task), task.place))


def played(items: Sequence[Item]) -> list[Step]:
    """A node that plays. Raises Lost when there is nothing to play."""
    if not items:
        raise Lost("nothing of it can be played")
    name = re.sub(r"^(ivr|vm|conf)[-_]", "", re.split(r"[/.]", items[0].yaml.strip('{}"'))[-2:][0])
    return [Step("play", f"play_{name[:30]}", items=tuple(items))]


def _speak(task: Task) -> list[Step]:
    """`engine|voice|text`, or the text alone."""
    text = _static(task).split("|")[-1]
    return played(task.prompts.items(f"say:{text}", task.place))


def _phrase(task: Task) -> list[Step]:
    name, _, data = _static(task).partition(",")
    return played(task.prompts.items(f"phrase:{name}:{data}", task.place))


def _set(task: Task) -> list[Step]:
    name, equals, value = task.argument.partition("=")
    if not equals:
        raise Lost("it sets nothing")
    variable = _variable(name.strip())
    if len(value) == 1 and _MARKS.match(value):
        expression = str(task.values[ord(value) - _MARK])
    elif _MARKS.search(value) or re.search(r"['\\\x00-\x1f]", value) or len(value) > 200:
        raise Lost(f'the value of "{name}" cannot be written as an expression')
    else:
        expression = f"'{value}'"
    task.report.once(
        "set", task.place, "`set` sets a variable of the flow; the channel in FreeSWITCH does not get it"
    )
    options = (f"vars: {{{variable}: {scalar(expression)}}}",)
    return [Step("set", f"set_{variable}", options, variables=(variable,))]


def _variable(name: str) -> str:
    """A name for a variable that is as near as may be."""
    plain = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")[:50] or "value"
    plain = plain if plain[0].isalpha() else f"v_{plain}"
    try:
        readable = expressions.parse(plain).names == {plain}
    except ExpressionError:
        readable = False
    return plain if readable and plain not in scope.NAMES and plain != PRESSED else f"{plain}_value"


def _sleep(task: Task) -> list[Step]:
    return played(task.prompts.items(f"silence_stream://{_static(task)}", task.place))


def _ivr(task: Task) -> list[Step]:
    """Another menu, which comes back to this one."""
    if not task.argument:
        raise Lost("it names no menu")
    return [Step("subflow", f"run_{_static(task)}", menu=_static(task))]


def _nothing(task: Task) -> list[Step]:
    """A call is answered before it is spoken to, anyway."""
    return []


def _static(task: Task) -> str:
    if _MARKS.search(task.argument):
        raise Lost("what the caller pressed cannot stand there")
    return task.argument


def _text(task: Task, text: str) -> str:
    """A text with values in it, in quotes: numbers are texts here."""
    return f'"{task.filled(text)}"'


APPLICATIONS: Mapping[str, Callable[[Task], list[Step]]] = {
    "answer": _nothing,
    "bridge": _bridge,
    "execute_extension": _execute_extension,
    "hangup": _hangup,
    "ivr": _ivr,
    "phrase": _phrase,
    "playback": _playback,
    "pre_answer": _nothing,
    "set": _set,
    "sleep": _sleep,
    "speak": _speak,
    "transfer": _transfer,
}
