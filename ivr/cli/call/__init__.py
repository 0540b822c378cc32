"""`ivr call`: calls that are made, and what may be done with one under way. A row here is an order, a file
the rest; a number in place of a command is a test call.
"""

from __future__ import annotations

import click

from ivr.cli.ordering import Row, WithOrders
from ivr.cli.pairs import pairs_argument, pairs_option, value_option

CALL = click.argument("call")

COMMANDS = {
    "place": "Place a test call and watch it live; `ivr call NUMBER` is the same.",
    "list": "List the calls under way.",
    "show": "Show where a call is, and its flow's variables.",
}
ORDERS = {
    "start": Row(
        "call.start",
        "Ring a NUMBER, and let who answers into a FLOW.",
        (
            click.argument("number"),
            click.argument("flow"),
            pairs_option("--var", "variables", "A value for one of the flow's inputs; several times."),
            click.option("--language", help="The language it begins in."),
            click.option("--caller-id", metavar="NUMBER", help="The number they are shown."),
            click.option("--ring", type=click.IntRange(5, 120), help="Seconds it rings; 30 else."),
            click.option("--key", help="Asked again with the same key it is the same call."),
        ),
        """Ring a NUMBER, and let who answers into a FLOW.

        NUMBER is an extension, or an outside number in E.164 that `calls.allow` has. Who does not answer is a
        call that ended `unreached`: `ivr calls list --end unreached`.
        """,
    ),
    "hang-up": Row(
        "call.hang_up", "End a call, or its ringing.",
        (CALL, click.option("--cause", metavar="CAUSE", help="Why, in FreeSWITCH's word.")),
    ),
    "set": Row(
        "call.set", "Set variables of the flow a call is in; it sees them from its next expression on.",
        (CALL, pairs_argument("variables")),
    ),
    "signal": Row(
        "call.signal",
        "Give a call what a webhook would bring that its flow waits for.",
        (
            CALL,
            click.option("--key", help="The webhook's name; leave it out where CALL is a token."),
            value_option("--data", "data", "What it brings."),
            click.option("--id", help="The webhook's own id: given again, it counts once."),
        ),
    ),
}  # fmt: skip


class Calls(WithOrders):
    """What is no command is a number for a test call."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = {*self._members, *ctx.help_option_names}
        if args and args[0] not in known:
            args = ["place", *args]
        return super().parse_args(ctx, args)


@click.group("call", cls=Calls, package=__name__, members=COMMANDS, rows=ORDERS)
def command() -> None:
    """Make a call into a flow, or do something with one under way.

    `ivr call NUMBER` places a test call, as `ivr call place NUMBER` does.
    """
