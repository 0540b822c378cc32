"""`survey`: what the caller thought of it, in several questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from ivr.flow import asking
from ivr.flow.checks import Around, Path, Problem, unknown
from ivr.flow.model import Flow, Node
from ivr.flow.prompts import Prompt, Reprompt
from ivr.flow.scales import Scale, words
from ivr.flow.types import BargeIn, Duration, Expr, KeyName, Model, Name, VariableName, refuse
from ivr.runtime.keys import Choice
from ivr.runtime.ports import Rating
from ivr.runtime.speaking import Take, record
from ivr.runtime.visit import Visit

COMMENT = "comment"
BOX = "comments"
LONGEST = 10  # questions that anybody answers; more are answered by nobody


class Invitation(Model):
    """Asking whether the caller has time for it."""

    prompt: Prompt = Field(description="The question.")
    yes: KeyName = Field("1", description="Key for yes.")
    no: KeyName = Field("2", description="Key for no.")


class Item(Model):
    """One question."""

    prompt: Prompt = Field(description="The question, with its scale in words.")
    scale: Scale = Field(
        "1-5",
        validate_default=True,
        description="What can be keyed in: `1-5`, or keys with what they stand for.",
        examples=["1-5", {1: "very happy", 2: "happy", 3: "not happy"}],
    )
    when: Expr | None = Field(None, description="Only when this is true.", examples=["happy <= 2"])
    invalid: Reprompt | None = Field(None, description="Said after a wrong key, one text for each time.")
    noinput: Reprompt | None = Field(None, description="Said after silence, one text for each time.")


class Comment(Model):
    """Letting the caller speak."""

    prompt: Prompt = Field(description="What is asked for, before the beep.")
    when: Expr | None = Field(None, description="Only when this is true.", examples=["happy <= 2"])
    max: Annotated[Duration, Field(ge=1, le=600)] = Field(60.0, description="Longest comment.")
    min: Annotated[Duration, Field(ge=0, le=60)] = Field(1.0, description="Shorter ones are not kept.")
    silence: Annotated[Duration, Field(ge=0, le=60)] = Field(
        4.0, description="Silence that ends it; 0s: never."
    )


class Survey(Node):
    """Ask several questions, a key for each answer.

    The answers are kept with the call, the agent and the skill group of the talk before, each at once: who
    hangs up half-way has answered half.

    For example:

        rate:
          type: survey
          items:
            happy:
              prompt: {zh-CN: 您满意吗？请按1到5，5是非常满意。, en-US: "Are you happy? Press 1 to 5."}
            solved:
              prompt: {zh-CN: 解决了请按1，没有请按2。, en-US: "If it is settled press 1, else press 2."}
              scale: {1: settled, 2: open}
          save: {rating: happy}
          next: goodbye
          outcomes: {exhausted: goodbye}
    """

    own_outcomes: ClassVar[Mapping[str, str]] = {
        "declined": "At the `invite` the caller had no time, or said nothing.",
        "exhausted": "All `tries` at a question are used up; the answers before it are kept.",
    }
    listens = True
    comes_back = True
    assigns = ("save",)

    type: Literal["survey"]
    invite: Invitation | None = Field(None, description="Ask first whether they have time for it.")
    items: dict[Name, Item] = Field(
        min_length=1, max_length=LONGEST, description="The questions by their names in reports, in order."
    )
    skip: KeyName | None = Field(None, description="Key that leaves a question out: `star`.")
    comment: Comment | None = Field(None, description="Let the caller speak at the end.")
    save: dict[VariableName, Name] = Field(
        {},
        description="What is taken into variables, at once: a variable to a question's name, or to `comment`"
        " (the recording's file name). An answer is a number.",
        examples=[{"rating": "happy"}],
    )
    tries: int | None = Field(None, ge=1, le=20, description="Attempts at one question.")
    noinput_after: Duration | None = Field(
        None, description="Silence after a question that counts as no input."
    )
    digit_timeout: Duration | None = Field(None, description="Wait for another key where one may follow.")
    barge_in: BargeIn | None = Field(None, description="What stops a question.")

    @model_validator(mode="after")
    def _a_key_of_its_own(self) -> Survey:
        for name, item in self.items.items():
            if self.skip is not None and self.skip in map(str, item.scale):
                message = f'"{self.skip}" is an answer of "{name}" and cannot skip it'
                raise refuse("F137", message, "write `skip: star`")
        return self

    def ways(self, flows: Mapping[str, Flow]) -> tuple[str, ...]:
        return ("declined", "exhausted") if self.invite else ("exhausted",)

    def problems(self, around: Around) -> Iterator[Problem]:
        if (invite := self.invite) is not None:
            keys: dict[str, Path] = {invite.yes: ("invite", "yes"), invite.no: ("invite", "no")}
            yield from asking.dead_keys(("invite", "prompt"), invite.prompt, keys, around)
            yield from asking.untold_keys(invite.prompt, keys, around)
        for name, item in self.items.items():
            yield from self._item(name, item, around)
        names = [*self.items, *([COMMENT] if self.comment else [])]
        for variable, taken in self.save.items():
            if taken not in names:
                yield unknown(("save", variable), "F236", "question", taken, names)

    def _item(self, name: str, item: Item, around: Around) -> Iterator[Problem]:
        path: Path = ("items", name)
        takes = [*map(str, item.scale), *([self.skip] if self.skip else [])]
        yield from asking.dead_keys((*path, "prompt"), item.prompt, takes, around)
        if any(item.scale.values()):
            told: dict[str, Path] = {str(key): (*path, "scale", str(key)) for key in item.scale if key < 10}
            yield from asking.untold_keys(item.prompt, told, around)

    def run(self, visit: Visit) -> str:
        if self.invite is not None and "invited" not in visit.progress:
            if not self._invited(visit, self.invite):
                return "declined"
            visit.progressed(invited=True)
        for name, item in self.items.items():
            key = f"item {name}"
            if key in visit.progress or (item.when is not None and not visit.eval(item.when)):
                continue
            answer = self._answer(visit, item)
            if answer is None:
                return "exhausted"
            score = None if answer == self.skip else int(answer)
            if score is not None:
                said = words(item.scale, score, visit.flow.languages[0])
                self._keep(visit, name, score)
                visit.services.rated(_rating(visit, name, score=score, answer=said))
            visit.progressed(**{key: score})
        if self.comment is not None and COMMENT not in visit.progress:
            self._comment(visit, self.comment)
        return "next"

    def _invited(self, visit: Visit, invite: Invitation) -> bool:
        attempts = visit.attempts()
        grammar = Choice([invite.yes, invite.no])
        while True:
            heard = visit.ask(visit.pieces(invite.prompt), grammar)
            if heard.kind == "entry":
                return heard.keys == invite.yes
            if attempts.failed(heard.kind, None) is None:
                return False

    def _answer(self, visit: Visit, item: Item) -> str | None:
        """The key of an answer, or of skipping; None when the tries are used up."""
        attempts = visit.attempts()
        grammar = Choice([*map(str, item.scale), *([self.skip] if self.skip else [])])
        pieces = visit.pieces(item.prompt)
        while True:
            heard = visit.ask(pieces, grammar)
            if heard.kind == "entry":
                return heard.keys
            again = attempts.failed(heard.kind, item.noinput if heard.kind == "noinput" else item.invalid)
            if again is None:
                return None
            pieces = again + visit.pieces(item.prompt)

    def _comment(self, visit: Visit, comment: Comment) -> None:
        goes_on = visit.goes_on("record")
        if not goes_on:
            if comment.when is not None and not visit.eval(comment.when):
                return
            visit.say(comment.prompt)
        name = visit.call.going_on_with if goes_on else f"{BOX}/{visit.key.replace(':', '-')}{visit.again}"
        keep = partial(self._keep_comment, visit, f"{name}.wav")
        take = Take(comment.max, comment.min, comment.silence)
        _, spoken = record(visit, name, take, keep, goes_on=goes_on)
        if spoken >= comment.min:
            keep()
        visit.progressed(**{COMMENT: True})

    def _keep_comment(self, visit: Visit, recording: str) -> None:
        visit.note(recording=recording)
        self._keep(visit, COMMENT, recording)
        visit.services.rated(_rating(visit, COMMENT, recording=recording))

    def _keep(self, visit: Visit, name: str, value: int | str) -> None:
        visit.note(answers={**visit.detail.get("answers", {}), name: value})
        visit.vars.update({variable: value for variable, taken in self.save.items() if taken == name})


def _rating(
    visit: Visit, item: str, *, score: int | None = None, answer: str = "", recording: str = ""
) -> Rating:
    """An answer, with the talk that it is about."""
    talk = visit.queue
    return Rating(
        visit.call.id,
        visit.number,
        item,
        visit.call.now(),
        visit.flow.id,
        visit.state.node,
        score,
        answer,
        recording,
        talk.contact if talk else "",
        talk.agent if talk else "",
        talk.wish.group if talk else "",
        visit.call.ani,
    )
