"""Applications that set variables: set, unset, multiset, multiunset, export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.switch.applications.table import application

if TYPE_CHECKING:
    from ivr.switch.channel import Channel


@application("set")
def set_variable(channel: Channel, argument: str) -> None:
    """`name=value` (or `name,value`); without a value it unsets. The value is expanded once more."""
    name, separator, value = argument.partition("=")
    if not separator:
        name, _, value = argument.partition(",")
    channel.variables.set(name, channel.expand(value), check=False)


@application("multiset")
def multiset(channel: Channel, argument: str) -> None:
    """`a=1 b=2`, or with a delimiter of one's own: `^^;a=1;b=2 3`."""
    delimiter = " "
    if argument.startswith("^^") and len(argument) > 2:
        delimiter, argument = argument[2], argument[3:]
    for pair in argument.split(delimiter):
        if pair:
            set_variable(channel, pair)


@application("unset")
def unset(channel: Channel, argument: str) -> None:
    """Remove a variable."""
    channel.variables.set(argument, None)


@application("multiunset")
def multiunset(channel: Channel, argument: str) -> None:
    """`a b`, or with a delimiter of one's own: `^^;a;b`."""
    delimiter = " "
    if argument.startswith("^^") and len(argument) > 2:
        delimiter, argument = argument[2], argument[3:]
    for name in argument.split(delimiter):
        channel.variables.set(name, None)


@application("export")
def export(channel: Channel, argument: str) -> None:
    """`name=value`: set here and on the legs this channel will call; `nolocal:name=value`: only there."""
    name, _, value = argument.partition("=")
    local = not name.startswith("nolocal:")
    plain = name.removeprefix("nolocal:")
    value = channel.expand(value)
    channel.variables.set(plain if local else name, value, check=False)
    names = channel.variables.get("export_vars")
    if name not in (names or "").split(","):
        channel.variables.set("export_vars", f"{names},{name}" if names else name)
