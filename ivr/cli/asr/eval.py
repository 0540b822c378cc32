"""`ivr asr eval`: how well recognisers tell a flow's phrases apart."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ivr.cli.options import json_option, settings_options

if TYPE_CHECKING:
    pass


class Levels(click.ParamType):  # type: ignore[type-arg] # generic only from click 8.2 on
    """Decibels, apart by commas: `20,10`."""

    name = "DB"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, ...]:
        if isinstance(value, tuple):
            return value
        try:
            levels = tuple(float(each) for each in str(value).split(",") if each.strip())
        except ValueError:
            self.fail(f'"{value}" is not decibels apart by commas, such as 20,10', param, ctx)
        if len(levels) > 6 or not all(-10 <= level <= 60 for level in levels):
            self.fail("give at most six levels, from -10 to 60 dB", param, ctx)
        return levels


@click.command("eval")
@click.argument("flow", type=click.Path(path_type=Path))
@click.option("--engine", "engines", multiple=True, metavar="NAME", help="Only this engine; may be repeated.")
@click.option(
    "--language", "languages", multiple=True, metavar="TAG", help="Only this language; may be repeated."
)
@click.option("--node", "nodes", multiple=True, metavar="NAME", help="Only this node; may be repeated.")
@click.option(
    "--voices",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="Voices that say each sentence.",
)
@click.option(
    "--noise",
    "noises",
    type=Levels(),
    default="20,10",
    show_default=True,
    help="How much louder than noise they are, in dB, beside no noise at all; '' for none.",
)
@click.option(
    "--sentences", type=click.IntRange(1, 50), default=4, show_default=True, help="Wordings of each choice."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of what is drawn by chance.")
@click.option(
    "--min",
    "least",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="Exit with 1 when less of any choice is believed and right, or a language was not tried.",
)
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Keep what was heard as WAV files, with an index of what each is.",
)
@json_option
@settings_options
@click.pass_context
def command(context: click.Context, /, flow: Path, as_json: bool, **wishes: Any) -> None:
    """Try the phrases of FLOW (a name, or a file) on the recognition engines of the setting asr.engines.

    Synthetic voices say them on a telephone line, with and without noise. You are told how much of each
    choice is believed and right, asked back, not understood, or, the worst, believed and wrong; which choices
    are taken for each other; what is taken that was not meant for the flow; how fast each engine is; and
    which confidences would have told right from wrong best.

    It compares phrases, engines and versions of a flow. It says nothing about how people will be understood.
    """
    from ivr.cli import common
    from ivr.cli.asr.trying import Wish, tried
    from ivr.cli.flow.reading import found, print_findings, read

    common.configure_log(common.load(), usual="warning")
    file = found(flow)
    reading, asked = read([file])
    loaded = next((each for each in reading.flows.values() if Path(each.file) in asked), None)
    if loaded is None:
        mine = [each for each in reading.errors if Path(each.place.file) in asked]
        print_findings(mine, 1)
        context.exit(1)
    wish = Wish(**wishes)
    report = tried(loaded.flow, wish)
    if as_json:
        common.print_json(report)
    else:
        from ivr.cli.asr.tables import show

        show(report)
    if wish.least is not None and (report["below"] or report["untried"]):
        context.exit(1)
