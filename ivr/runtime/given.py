"""What somebody outside gives to a call: values for a flow's variables, and what a webhook brings.

It comes from integrators' systems, so it is bounded, must be plain data, and may only go where the flow says
that something may be put.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, Final

from ivr.errors import IvoryError
from ivr.flow.model import Flow
from ivr.flow.values import kind
from ivr.registry import did_you_mean
from ivr.runtime.state import plain_data

LARGEST: Final = 8192
"""Bytes of JSON that may be given at once: it rides with the call."""


def plain(data: Any, what: str = "the data") -> Any:
    """`data` as a variable may hold it, numbers with a point as Decimal.

    Raises:
        IvoryError: it is too large, nested too deeply, or no plain data.
    """
    return json.loads(written(data, what), parse_float=Decimal)


def written(data: Any, what: str = "the data") -> str:
    """`data` as JSON in one line. Raises as `plain`."""
    try:
        text = json.dumps(plain_data(data), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (ValueError, TypeError, RecursionError) as error:
        raise IvoryError(f"{what} cannot be given: {error}"[:200]) from None
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        raise IvoryError(f"{what} is more than {LARGEST} bytes", hint="give less, or where to find it")
    return text


def inputs(flow: Flow, values: Mapping[str, Any], secret: Collection[str]) -> dict[str, Any]:
    """Values with which a flow begins: for its `inputs` where it has any, else for any of its variables; none
    for one that holds something confidential.

    Raises:
        IvoryError: it takes no such variable, or a value of another kind.
    """
    _refuse_secret(values, secret)
    return _given(flow, values, flow.inputs or tuple(flow.vars), "takes no input")


def variables(flow: Flow, values: Mapping[str, Any], secret: Collection[str]) -> dict[str, Any]:
    """Values for variables of a flow a call is in, none of which may hold something confidential.

    Raises:
        IvoryError: there is no such variable, it is confidential, or of another kind.
    """
    _refuse_secret(values, secret)
    return _given(flow, values, (*flow.vars, *flow.inputs), "has no variable")


def _refuse_secret(values: Mapping[str, Any], secret: Collection[str]) -> None:
    for name in values:
        if name in secret:
            raise IvoryError(f'"{name}" is confidential: only the caller can give it')


def _given(flow: Flow, values: Mapping[str, Any], known: Collection[str], wrong: str) -> dict[str, Any]:
    for name, value in values.items():
        if name not in known:
            hint = did_you_mean(name, sorted(known)) if known else f"declare it in `vars` of {flow.id}"
            raise IvoryError(f'the flow {flow.id} {wrong} "{name[:60]}"', hint=hint)
        first = flow.vars.get(name)
        if first is not None and kind(first) != kind(value):
            raise IvoryError(
                f'"{name}" is {kind(value)} here, and the flow {flow.id} has {kind(first)} there',
                hint="give a value of the kind that `vars` begins with",
            )
    return dict(plain(dict(values), "what is given"))
