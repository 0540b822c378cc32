"""`ivr switch`: the embedded switch by itself, for people who write flows and integrations."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    from ivr.switch.extensions import Extension

BY_NUMBER = "by_number"


def _pairs(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for value in values:
        name, equals, rest = value.partition("=")
        if not (equals and name and rest):
            raise click.BadParameter(f'"{value}" is not NAME=VALUE')
        pairs[name] = rest
    return pairs


@click.command("switch")
@click.option("--port", type=click.IntRange(0, 65535), help="Port of its event socket; 0 takes a free one.")
@click.option(
    "--number",
    "numbers",
    multiple=True,
    metavar="NUMBER=FLOW",
    callback=_pairs,
    help="A number and the flow that answers it; when left out, those of the flows.",
)
@click.option(
    "--extension",
    "extensions",
    multiple=True,
    metavar="NUMBER=BEHAVIOUR",
    callback=_pairs,
    help="A telephone: 1001=answers, or busy, no_answer, refuses, unregistered, dies; answers:2 waits 2 s.",
)
@json_option
@settings_options
def command(port: int | None, numbers: dict[str, str], extensions: dict[str, str], as_json: bool) -> None:
    """Run the embedded switch by itself, where the settings switch.host and switch.port say.

    To `ivr serve` and `ivr call` it is a FreeSWITCH; it has no telephones but virtual ones, and no audio. It
    prints its address and runs until Ctrl-C.
    """
    from ivr.cli import patched  # noqa: F401, I001 first of all

    from gevent import signal_handler

    from ivr.addresses import loopback
    from ivr.cli import common
    from ivr.errors import IvoryError, SettingsError
    from ivr.flag import Flag
    from ivr.esl.known_password import is_known
    from ivr.lab.lab import EXTENSIONS
    from ivr.switch.switch import Switch

    loaded = common.load()
    common.configure_log(loaded)
    place = loaded.settings.switch
    if is_known(place) and not loopback(place.host):
        raise SettingsError(
            "everybody knows this password", hint="set switch.password, or listen on 127.0.0.1"
        )
    telephones = {name: _extension(text) for name, text in extensions.items()} or EXTENSIONS
    switch = Switch(
        numbers or _numbers(),
        telephones,
        host=place.host,
        port=place.port if port is None else port,
        password=place.password.get_secret_value(),
        sounds=loaded.settings.flows.sounds.absolute(),
    )
    try:
        switch.start()
    except OSError as error:
        raise IvoryError(
            f"{place.host}:{place.port if port is None else port}: {error.strerror}", hint="see --port"
        ) from None
    _announce(switch.numbers, telephones, f"{place.host}:{switch.listen_port}", as_json)
    stop = Flag()
    signal_handler(signal.SIGTERM, stop.set)
    try:
        stop.wait()
    finally:
        switch.stop()


def _numbers() -> dict[str, str]:
    """The numbers of the flows there are; the worker decides at each call, so edits count."""
    from ivr.cli import common
    from ivr.lab.lab import numbers
    from ivr.runtime import reading

    flows = common.load().settings.flows
    known = numbers(reading.read(reading.files(flows.dir), flows.sounds).flows)
    return {number: flow if number == flow else BY_NUMBER for number, flow in known.items()}


def _extension(text: str) -> Extension:
    from ivr.switch.extensions import Extension

    behaviour, _, after = text.partition(":")
    try:
        return Extension(behaviour, float(after or 1))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _announce(
    numbers: Mapping[str, str], extensions: Mapping[str, Extension], address: str, as_json: bool
) -> None:
    from ivr.cli import common

    behaviours = {name: extension.behaviour for name, extension in extensions.items()}
    if as_json:
        common.print_json({"address": address, "numbers": numbers, "extensions": behaviours}, line=True)
        return
    common.out().print(address)
    common.talk().print("numbers: " + (", ".join(numbers) or "none"), style="dim")
    common.talk().print(
        "extensions: " + ", ".join(f"{name} {how}" for name, how in behaviours.items()), style="dim"
    )
