"""The command `ivr`: its commands by name, each imported only when it is asked for.

What a command needs (gevent, pydantic, rich) costs time that `ivr --help` and a shell's completion must not
take, and gevent's patches must not reach commands that do without.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

import click

from ivr.cli.lazy import Lazy
from ivr.cli.options import settings_options
from ivr.errors import IvoryError

COMMANDS = {
    "acd": "Bring each contact to the right person.",
    "agent": "Agents, and what they do.",
    "asr": "What understands callers: engines, their models, and how well they do.",
    "calendar": "Opening hours of the house, and switching them by hand.",
    "call": "Make a call into a flow, or do something with one under way.",
    "calls": "Calls that were, with their journeys, and those that are.",
    "completion": "Print the script that completes `ivr` in your shell.",
    "config": "The settings, and where each value comes from.",
    "contact": "Contacts that are no calls: push them, say what they are about.",
    "customer": "The directory of customers: who calls, and who looks after them.",
    "db": "The database of calls.",
    "demo": "See Ivory answer callers, then talk to it yourself.",
    "dialplan": "Hand a FreeSWITCH's callers to Ivory, and take them back.",
    "doctor": "Look whether everything is in order, and how to mend what is not.",
    "flow": "Write flows, check them, and talk to them.",
    "group": "Skill groups.",
    "post": "The process that delivers webhooks.",
    "number": "Which flow answers a called number.",
    "prompt": "The sentences that flows speak.",
    "recordings": "Recordings of talks.",
    "serve": "Answer the calls of a FreeSWITCH.",
    "supervisor": "Listen in, join, take over.",
    "switch": "Run the embedded switch by itself.",
    "user": "People who may sign in to the admin.",
    "web": "The admin's pages, the REST API and the web phone.",
    "webhook": "Who is told of what happens, and what became of it.",
    "worker": "The process that `ivr serve` looks after.",
}
"""Name and summary; the command is `command` in the module of its name. The summaries stand here, too, so
that listing the commands imports none of them."""

HIDDEN = ("post", "worker")
INTERRUPTED = 130


@click.command(
    cls=Lazy,
    package=__name__,
    members=COMMANDS,
    hidden=HIDDEN,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="ivory-ivr", prog_name="Ivory")
@settings_options
def cli() -> None:
    """Ivory answers a company's telephone: voice menus written in YAML, callers brought to the right person.

    New here? `ivr demo` shows a hotline at work, with nothing but this package.
    """


def run(args: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code: 0 ok, 1 findings or failure, 2 usage, 69 FreeSWITCH
    unreachable, 78 bad configuration, 130 interrupted."""
    try:
        outcome = cli.main(args, prog_name="ivr", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return INTERRUPTED
    except IvoryError as error:
        click.echo(f"{click.style('error:', fg='red', bold=True)} {error}", err=True)
        return error.exit_code
    except OSError as error:
        if error.errno != errno.EPIPE:
            raise
        # Whoever read us has enough (`ivr calls list | head`): no complaint, now or when Python flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    return outcome if isinstance(outcome, int) else 0


def main() -> None:
    """The entry point."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr] # a terminal without Chinese shows `?`
    sys.exit(run())
