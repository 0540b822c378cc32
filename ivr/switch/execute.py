"""Run one application on a channel, with the events and variables FreeSWITCH wraps around it.

(switch_core_session_execute_application and switch_core_session_exec.) An unknown name hangs the call up.
Applications and API commands that wait in a channel's variables for their moment are run from here, too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.switch.text import separate, true

if TYPE_CHECKING:
    from ivr.switch.channel import Channel

_SCOPED = re.compile(r"%(.?)\[(.*?)\](.*)", re.DOTALL)


def execute(channel: Channel, name: str, argument: str | None, uuid: str | None = None) -> bool:
    """Run `name(argument)` in the channel's greenlet.

    Args:
        uuid: comes back as Application-UUID; a random one when there is none.

    Returns:
        False when the application is unknown (the call is hung up then) or could not get its sound path.
    """
    application = channel.switch.applications.get(name.lower())
    if channel.down:
        return application is not None
    if application is None:
        channel.hangup("DESTINATION_OUT_OF_ORDER")
        return False
    if application.needs_media and not channel.media_ready and not (channel.inbound and channel.pre_answer()):
        return False

    variables = channel.variables
    scoped: dict[str, str] = {}
    if argument and not true(variables.get("app_disable_expand_variables")):
        argument, scoped = _scoped(channel.expand(argument))
    variables.set("current_application", application.name)
    variables.set("current_application_data", argument, check=False)
    variables.set("current_application_response", None)
    about = [("Application", application.name)]
    if argument:
        about.append(("Application-Data", argument))
    ident = [("Application-UUID", uuid or channel.switch.new_uuid())]
    channel.fire("CHANNEL_EXECUTE", about + ident)
    channel.break_flag = 0
    variables.set("current_application", application.name)

    hidden = {name: variables.get(name) for name in scoped}
    for name, value in scoped.items():
        variables.set(name, value)
    application.run(channel, argument or "")

    response = variables.get("current_application_response") or "_none_"
    channel.fire("CHANNEL_EXECUTE_COMPLETE", [*about, ("Application-Response", response), *ident])
    for name, before in hidden.items():
        variables.set(name, before, check=False)
    return True


def run_apis(channel: Channel, prefix: str) -> None:
    """Run the API command in every variable whose name begins so (switch_channel_api_on)."""
    for command in _waiting(channel, prefix):
        name, _, argument = command.partition(" ")
        channel.switch.run_api(name, channel.expand(argument))


def execute_on(channel: Channel, prefix: str) -> None:
    """Run the application in every variable whose name begins so (switch_channel_execute_on)."""
    for command in _waiting(channel, prefix):
        name, *argument = re.split("[ :]", command, maxsplit=1)
        execute(channel, name, argument[0] if argument else None)


def _waiting(channel: Channel, prefix: str) -> list[str]:
    values = [value for name, value in channel.variables.items() if name.lower().startswith(prefix)]
    return [each for value in values for each in value.removeprefix("ARRAY::").split("|:")]


def _scoped(argument: str) -> tuple[str, dict[str, str]]:
    """`%[a=1,b=2]argument`: the argument, and variables that live as long as the application."""
    found = _SCOPED.fullmatch(argument)
    if not found:
        return argument, {}
    pairs = (pair.partition("=") for pair in separate(found[2], found[1] or ","))
    return found[3], {name: value for name, _, value in pairs}
