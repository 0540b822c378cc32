"""Whether a call came out as its case expects; each thing that did not, with its place in the file."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from ivr.flow.script import Hear, Meet, Press, Speak, bare
from ivr.testing.case import Case
from ivr.testing.check import GAPS, parts
from ivr.testing.mocks import Request, unmocked
from ivr.testing.model import RequestModel, wanted
from ivr.testing.played import Played, Step
from ivr.testing.report import Failure

_SLACK = 0.05  # seconds by which a length may be off


def judge(case: Case, played: Played, *, timed: bool = True) -> Iterator[Failure]:
    """Everything that is not as it should be; how long the call took only where that is `timed`."""
    if played.fault:  # the playing broke down: what is missing then says nothing of the flow
        yield Failure(case.place(("name",)), played.fault)
        return
    if played.done < len(case.steps):
        yield _stuck(case, played)
    for request in dict.fromkeys(map(str, (one for one in played.requests if not one.mocked))):
        first = next(one for one in played.requests if str(one) == request)
        hint = f"add `{request}: {{json: …}}` to `mock:`"
        yield Failure(case.place(("name",)), unmocked(first), hint)
    expect = case.expect
    stay = played.stays[-1] if played.stays else None
    if expect.end is None and played.end == "failed":
        message = f"the call failed: {played.cause}"
        yield Failure(case.place(("name",)), message, _trouble(played))
    for option, actual in (
        ("end", played.end),
        ("cause", played.cause),
        ("language", played.language),
        ("transfer", played.rung[-1] if played.rung else "nobody"),
        ("recordings", len(played.recordings)),
        ("skill", stay.group if stay else "none"),
        ("agent", next((each.agent for each in reversed(played.stays) if each.agent), "nobody")),
        ("disposition", stay.disposition if stay else "no stay in a queue"),
        ("callback", played.callbacks[-1] if played.callbacks else "none"),
    ):
        wish = getattr(expect, option)
        if wish is not None and wish != actual:
            yield _expected(
                case, (option,), f"{option} {wish}", actual, _trouble(played) if option == "end" else ""
            )
    yield from _goals(case, played)
    yield from _vars(case, played)
    yield from _people(case, played)
    yield from _nodes(case, played)
    yield from _words(case, played)
    yield from _requests(case, played)
    took = f"{played.seconds:.1f} s"
    if timed and expect.within is not None and played.seconds > expect.within + _SLACK:
        yield _expected(case, ("within",), f"at most {expect.within:g} s", took)
    if timed and expect.lasts is not None and played.seconds < expect.lasts - _SLACK:
        yield _expected(case, ("lasts",), f"at least {expect.lasts:g} s", took)


def _expected(case: Case, path: tuple[str | int, ...], wish: str, actual: Any, hint: str = "") -> Failure:
    return Failure(case.place(("expect", *path)), f"expected {wish}; it was {actual}", hint)


def _trouble(played: Played) -> str:
    """The last thing that went wrong on the way, if anything did."""
    return next((f"{step.node}: {step.problems[-1]}" for step in reversed(played.steps) if step.problems), "")


def _stuck(case: Case, played: Played) -> Failure:
    """The first step that was not done."""
    step, place = case.steps[played.done], case.place(case.paths[played.done])
    left = f"the call was over ({played.end}, {played.cause})"
    match step:
        case Hear(text, within):
            gave_up = any(line.who == "caller" and line.text == "hangs up" for line in played.transcript[-3:])
            after = f"within {within:g} s" if gave_up else f"before {left}"
            return Failure(place, f"“{text}” was not heard {after}", nearest(text, played.heard))
        case Press(keys):
            return Failure(place, f"{keys} could not be pressed: {left}")
        case Meet(who):
            talked = ", ".join(dict.fromkeys(each.agent for each in played.stays if each.agent))
            hint = f"it was {talked}" if talked else ""
            return Failure(place, f"{who} never answered: {left}", hint)
        case Speak():
            return Failure(place, f"nobody was there to be spoken to: {left}")
    return Failure(place, f"this was not done: {left}")


def nearest(text: str, heard: Sequence[str]) -> str:
    """The line among those that were heard that is most like what should have been."""
    words = bare(text)
    if not heard:
        return "nothing was heard at all"
    if any(words in bare(line) for line in heard):
        return "it was heard before, or broken off"
    lines = list(dict.fromkeys(heard))
    rated = [(difflib.SequenceMatcher(None, words, bare(line)).ratio(), line) for line in lines[-200:]]
    return f"the nearest that was heard: “{max(rated)[1]}”"


def _goals(case: Case, played: Played) -> Iterator[Failure]:
    reached = ", ".join(played.goals) or "no goal"
    for index, goal in enumerate(case.expect.goal):
        if goal not in played.goals:
            yield _expected(case, ("goal", index), f"goal {goal}", reached, _trouble(played))
    if case.expect.goals is not None and case.expect.goals != played.goals:
        yield _expected(
            case, ("goals",), f"goals {', '.join(case.expect.goals) or 'none'}", reached, _trouble(played)
        )


# Values -----------------------------------------------------------------------------------------------


def _vars(case: Case, played: Played) -> Iterator[Failure]:
    for name, wish in case.expect.vars.items():
        actual = played.vars.get(name)
        if name not in played.vars or not agrees(wish, actual):
            yield _expected(case, ("vars", name), f"{name} = {shown(wish)}", shown(actual))


def _people(case: Case, played: Played) -> Iterator[Failure]:
    for name, wish in case.expect.ratings.items():
        if not agrees(wish, actual := played.ratings.get(name)):
            yield _expected(case, ("ratings", name), f"{name} rated {shown(wish)}", shown(actual))
    for event, wish in case.expect.notified.items():
        if not agrees(wish, told := played.notified.get(event)):
            yield _expected(case, ("notified", event), f"{event} told with {shown(wish)}", shown(told))
    if case.expect.orders is not None and case.expect.orders != played.orders:
        wish, actual = ", ".join(case.expect.orders) or "no order", ", ".join(played.orders) or "none"
        yield _expected(case, ("orders",), f"ordered {wish}", actual)


def agrees(wish: Any, actual: Any) -> bool:
    """Whether a value is as wished: numbers by what they are worth, dates as they are written, and of
    mappings only what is named."""
    if isinstance(wish, Mapping):
        return isinstance(actual, Mapping) and all(
            name in actual and agrees(value, actual[name]) for name, value in wish.items()
        )
    if isinstance(wish, list | tuple):
        return (
            isinstance(actual, list | tuple) and len(wish) == len(actual) and all(map(agrees, wish, actual))
        )
    if isinstance(wish, bool) or isinstance(actual, bool) or wish is None or actual is None:
        return wish is actual
    if isinstance(wish, int | float | Decimal) or isinstance(actual, int | float | Decimal):
        try:
            return Decimal(str(wish)) == Decimal(str(actual))
        except InvalidOperation:
            return False
    return shown(wish) == shown(actual)


def shown(value: Any) -> str:
    """A value as a message has it."""
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return "null" if value is None else str(value)


# Nodes ------------------------------------------------------------------------------------------------


def _nodes(case: Case, played: Played) -> Iterator[Failure]:
    expect, way = case.expect, " → ".join(f"{step.node}={step.outcome}" for step in played.steps)
    if expect.journey is not None and not matches(expect.journey, played.steps, case.flow):
        yield _expected(case, ("journey",), f"the journey {' → '.join(expect.journey)}", way)
    for index, entry in enumerate(expect.visits):
        if not any(is_step(entry, step, case.flow) for step in played.steps):
            yield _expected(case, ("visits", index), f"a visit of {entry}", way)
    for index, entry in enumerate(expect.never):
        if any(is_step(entry, step, case.flow) for step in played.steps):
            yield _expected(case, ("never", index), f"no visit of {entry}", way)


def is_step(entry: str, step: Step, home: str) -> bool:
    """Whether a visit is what `entry` names: `main`, `main=1`, `pin:ask`."""
    flow, node, outcome = parts(entry)
    return step.node == node and step.flow == (flow or home) and outcome in ("", step.outcome)


def matches(wish: Sequence[str], steps: Sequence[Step], home: str) -> bool:
    """Whether the visits are those of `wish`, in which `…` stands for any number of them."""
    reached = {0}  # how many entries of `wish` the visits so far may have used up
    for step in steps:
        after = set()
        for used in _past_gaps(wish, reached):
            if used > 0 and wish[used - 1] in GAPS:
                after.add(used)
            if used < len(wish) and wish[used] not in GAPS and is_step(wish[used], step, home):
                after.add(used + 1)
        reached = after
    return len(wish) in _past_gaps(wish, reached)


def _past_gaps(wish: Sequence[str], reached: set[int]) -> set[int]:
    """`reached`, and what it becomes where gaps are used up by nothing."""
    found = set(reached)
    for used in sorted(reached):
        while used < len(wish) and wish[used] in GAPS:
            used += 1
            found.add(used)
    return found


# Words and requests -----------------------------------------------------------------------------------


def _words(case: Case, played: Played) -> Iterator[Failure]:
    said = bare("".join(played.heard))
    for index, text in enumerate(case.expect.heard):
        if bare(text) not in said:
            yield Failure(
                case.place(("expect", "heard", index)), f"“{text}” was not heard", nearest(text, played.heard)
            )
    for index, text in enumerate(case.expect.not_heard):
        if bare(text) in said:
            yield Failure(case.place(("expect", "not_heard", index)), f"“{text}” was heard")


def _requests(case: Case, played: Played) -> Iterator[Failure]:
    for name, wish in case.expect.requests.items():
        wish_for = wanted(name)
        found = [one for one in played.requests if wish_for.fits(one.method, one.url)]
        if wish.count is not None and len(found) != wish.count:
            yield _expected(case, ("requests", name), f"{wish.count} × {name}", f"{len(found)} ×")
        elif wish.count is None and not found:
            asked = ", ".join(map(str, played.requests)) or "nothing"
            yield _expected(case, ("requests", name), name, f"never asked for; asked was {asked}")
        elif found and not any(_carries(wish, one) for one in found):
            said = found[-1].body if found[-1].method != "python" else shown(dict(found[-1].given))
            yield _expected(
                case, ("requests", name), f"{name} with what stands here", said or "without a body"
            )


def _carries(wish: RequestModel, request: Request) -> bool:
    """Whether a request has all that it should carry."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    return (
        (wish.json_ is None or agrees(wish.json_, request.json))
        and agrees(wish.query, request.query)
        and all(headers.get(name.lower()) == value for name, value in wish.headers.items())
        and agrees(wish.with_, request.given)
    )
