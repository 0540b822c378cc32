"""A scenario as a YAML file: who comes, how long they talk and wait, who is there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from ivr.acd.plan.types import Share, Skills
from ivr.acd.simulator import arrivals, distributions
from ivr.acd.simulator.scenario import Load, Scenario, Shift
from ivr.errors import Finding, FlowError, IvoryError
from ivr.flow import shape, yaml
from ivr.flow.shape import Subject
from ivr.flow.types import Duration, Model, refuse

CODES = {
    "A300": "a file that holds something else than a scenario",
    "A301": "a distribution that is none",
    "A302": "a rate that is none",
    "A303": "contacts that come at no rate, or at two",
    "A304": "a time that ends before it begins",
}
_SPAN = re.compile(r"\s*(\S+)\s*\.\.\s*(\S+)\s*")


def _distribution(value: Any) -> Any:
    try:
        return distributions.parse(str(value))
    except IvoryError as error:
        raise refuse("A301", error.message, error.hint) from error


def _rate(value: Any) -> Any:
    try:
        return arrivals.rate(str(value))
    except IvoryError as error:
        raise refuse("A302", error.message, error.hint) from error


def _rates(value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise refuse("A302", "rates that change are written by time", "{0s: 2/m, 1h: 4/m}")
    try:
        steps = [(distributions.seconds(str(at)), arrivals.rate(str(each))) for at, each in value.items()]
        return arrivals.profile(steps)
    except IvoryError as error:
        raise refuse("A302", error.message, error.hint) from error


def _span(value: Any) -> Any:
    parts = _SPAN.fullmatch(str(value))
    if not parts:
        raise refuse("A304", f'"{value}" is no time from..to', "write 1h..1h15m")
    try:
        start, end = (distributions.seconds(part) for part in parts.groups())
    except IvoryError as error:
        raise refuse("A304", error.message, error.hint) from error
    if end <= start:
        raise refuse("A304", f'"{value}" ends before it begins', "write 1h..1h15m")
    return start, end


Spread = Annotated[Any, BeforeValidator(_distribution)]
Span = Annotated[Any, BeforeValidator(_span)]


class LoadModel(Model):
    """The contacts of one group."""

    rate: Annotated[Any, BeforeValidator(_rate)] = Field(None, description="A steady rate: `200/h`.")
    rates: Annotated[Any, BeforeValidator(_rates)] = Field(None, description="Rates by time: `{0s: 2/m}`.")
    aht: Spread = Field(description="Talk with hold: `3m`, `lognormal(3m, 0.8)`.")
    patience: Spread = Field(distributions.NEVER, description="When who waits hangs up: `2m`, `never`.")
    wrap_up: Spread = Field(None, description="Instead of the group's own: `20s`.")
    priority: float = Field(0.0, description="Of these contacts.")
    channel: str = Field("voice", description="`voice`, `chat`, …")
    require: Skills = Field({}, description="Skills asked for beside the group's.")

    @model_validator(mode="after")
    def _one_rate(self) -> LoadModel:
        if (self.rate is None) == (self.rates is None):
            raise refuse("A303", "it is said by `rate` or by `rates` how many come", "rate: 200/h")
        return self


class ShiftModel(Model):
    """When some agents are there."""

    agents: tuple[str, ...] = Field(min_length=1, description="Their ids.")
    at: Span = Field(description="From..to, since the beginning: `0s..4h`.")
    breaks: tuple[Span, ...] = Field((), description="From..to each: `[2h..2h15m]`.")


class ScenarioModel(Model):
    """Everything about the world outside the plan."""

    loads: Annotated[dict[str, LoadModel], Field(min_length=1)] = Field(description="By group.")
    lines: Annotated[int, Field(ge=1)] | None = Field(None, description="Contacts at once at most.")
    answering: Spread = Field(distributions.NOTHING, description="From ringing to the agent's answer.")
    missing: Share = Field(0.0, description="Share of offers that an agent does not answer: `5%`.")
    length: Duration | None = Field(None, description="A day's length; left out: steady for ever.")
    warm_up: Duration = Field(0.0, description="At the beginning, not counted.")
    shifts: tuple[ShiftModel, ...] = Field((), description="Who is there when; the others always are.")

    def scenario(self) -> Scenario:
        """What the simulator works with."""
        shifts: dict[str, tuple[Shift, ...]] = {}
        for each in self.shifts:
            for agent in each.agents:
                shifts[agent] = (*shifts.get(agent, ()), Shift(each.at[0], each.at[1], each.breaks))
        loads = tuple(_load(group, load) for group, load in self.loads.items())
        return Scenario(loads, self.lines, self.answering, self.missing, shifts, self.length, self.warm_up)


def load(text: str | bytes, file: str) -> Scenario:
    """Read a scenario. Raises FlowError with every finding, in the order of the file."""
    raw = text.encode() if isinstance(text, str) else text
    document = yaml.parse(raw, file)
    if not isinstance(document.data, dict):
        raise FlowError(
            [Finding(document.place(()), "A300", "this is no scenario", "a scenario has `loads:`")]
        )
    lines = [line.decode(errors="replace") for line in raw.splitlines()]
    try:
        return ScenarioModel.model_validate(document.data).scenario()
    except ValidationError as error:
        subject = Subject(document, lines, document.data, (), ScenarioModel, "the scenario")
        raise FlowError(list(shape.findings(error, subject))) from None


def _load(group: str, load: LoadModel) -> Load:
    coming = arrivals.Steady(load.rate) if load.rates is None else load.rates
    return Load(
        group, coming, load.aht, load.patience, load.wrap_up, load.channel, load.priority, dict(load.require)
    )
