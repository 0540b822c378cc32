"""`ivr demo`: the first thing a newcomer runs."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.options import given, settings_options

if TYPE_CHECKING:
    from ivr.cli.house import House
    from ivr.lab.lab import Lab
    from ivr.lab.tour import Scene
    from ivr.settings import Settings
    from ivr.store.calls import Journey

FIRST = (
    "先看几位来电者，大约两分钟；--no-tour 直接轮到您 · "
    "First some callers, for two minutes; --no-tour goes on at once to what you can do yourself."
)
NEXT = """
[bold]您刚才看到的[/]是 {flow}：真正的工作进程，运行在 Ivory 自带的小交换机上，通话保存在 {database}。
[bold]What you saw[/] was that flow: the real worker on Ivory's own small switch, with the calls kept there.

  ivr flow run {name}
      和它对话，--play 可以听到 · talk to it; --play lets you hear it
  ivr flow lint
      改文件里的一句话，检查，再对话 · change a sentence in the file, check it, and talk to it again
  ivr calls list --set store.url=sqlite:///{database}
      刚才的通话 · the calls

真正的 FreeSWITCH · With a real FreeSWITCH: `ivr serve`, docs/zh-CN/freeswitch.md · docs/freeswitch.md."""

OPEN = """
[bold]现在请您动手：打开这个网址，它只让您进入一次。
Now with your own hands. Open this page, once: it lets you in.[/]

  [bold cyan]{url}[/]

  流程 → {zh}（{flow}）→ 试一试 · Flows → {en} ({flow}) → Try it
      拨打热线，按键或者说话，看通话怎样走 · call the hotline, press keys or speak, and watch the call walk
  旁边的编辑器 · the editor beside it
      改一句话，发布，再打一次 · change a sentence, publish, call again
  第二个标签页里的“我的坐席” · Your desk, in a second tab
      以坐席 {agent} 签入，接听等待的来电者 · sign in as agent {agent}, and answer a caller who waits

不论几点都算营业时间；`ivr demo --tour` 让来电者再打一遍。您的改动保存在 {flows}。
Its office counts as open, whatever the hour. `ivr demo --tour` has the callers call again. Your changes are
in that folder.

按 Enter 再生成一个网址，按 Ctrl-C 结束演示 · Enter makes another address, Ctrl-C ends it all."""

ANOTHER = "  [bold cyan]{url}[/]"

GRACE = 5.0
"""Seconds an agent has to finish after the caller has gone."""


@click.command("demo")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Only the caller who speaks this language.")
@click.option("--once", is_flag=True, help="End after the callers, without opening the admin.")
@click.option(
    "--tour/--no-tour", default=None, help="Whether callers call first, for two minutes; else the first time."
)
@click.option("--stay", is_flag=True, help="Open the admin even where nobody sits at a terminal.")
@settings_options
@click.pass_context
def command(context: click.Context, lang: str | None, once: bool, tour: bool | None, stay: bool) -> None:
    """See Ivory answer callers of a power company's hotline, by key and by voice; then telephone, write and
    serve callers yourself, in a browser.

    Needs neither FreeSWITCH nor a telephone: a small switch, a customer system and a database come along, and
    the settings of your own are not touched; --set of one that the demo has of its own is refused. The
    first time takes a little longer, as every sentence is turned into sound. Exit code 1 when a caller's wish
    was not fulfilled.
    """
    from ivr.cli import patched  # noqa: F401, I001 first of all

    from ivr.cli import common
    from ivr.cli.rendering import refuse_own
    from ivr.lab.tour import FLOW, SCENES
    from ivr.flow import starters
    from ivr.settings import DATA

    refuse_own(context, "acd.plan")
    own = common.load().sources["flows.dir"] != "default"
    if not (common.load().settings.flows.dir / f"{FLOW}.yaml").is_file():
        given(context)["flows.dir"] = str(starters.home())
    loaded = common.load()
    common.configure_log(loaded, usual="warning")
    folder = DATA / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    settings = _with_ears(loaded.settings)
    opens = not once and (stay or (sys.stdin.isatty() and sys.stdout.isatty()))
    if tour is None:
        tour = not (opens and (folder / "flows").is_dir())
    if tour and opens:
        common.talk().print(FIRST, style="dim")
    scenes = [scene for scene in SCENES if tour and lang in (None, scene.language[:2])]
    content = _tour(settings, folder, scenes) if scenes else True
    if opens:
        _open(settings, folder, own=own)
    else:
        common.out().print(
            NEXT.format(flow=settings.flows.dir / f"{FLOW}.yaml", name=FLOW, database=folder / "ivory.db"),
            soft_wrap=True,
        )
    if not content:
        context.exit(1)


def _tour(settings: Settings, folder: Path, scenes: Sequence[Scene]) -> bool:
    """Let all of them call; whether their wishes were fulfilled."""
    from ivr.cli.rendering import laboratory
    from ivr.lab.colleagues import PLAN
    from ivr.lab.tour import CALENDARS, FLOW

    with laboratory(settings, folder, FLOW, plan=PLAN, calendars=CALENDARS) as lab:
        lab.close_desks()
        content = [_play(lab, scene) for scene in scenes if _understood(lab, scene)]
    return all(content)


def _open(settings: Settings, folder: Path, *, own: bool) -> None:
    """Let somebody with a browser in, until they have seen enough."""
    import gevent

    from ivr.cli import common
    from ivr.cli.house import open_house, workshop
    from ivr.flag import Flag
    from ivr.lab.colleagues import AGENT, PLAN
    from ivr.lab.tour import CALENDARS, FLOW, TITLES

    if not own:  # what comes with Ivory stays as it is
        flows = workshop(folder)
        written = settings.flows.model_copy(update={"dir": flows, "sounds": flows / "sounds"})
        spoken = settings.speech.model_copy(update={"recorded": flows / "recorded"})
        settings = settings.model_copy(update={"flows": written, "speech": spoken})
    _headline("your turn · 轮到您了")
    with suppress(KeyboardInterrupt), open_house(settings, folder, PLAN, CALENDARS) as house:
        about = {"agent": AGENT, "flows": settings.flows.dir, "flow": FLOW, **TITLES}
        common.out().print(OPEN.format(url=house.entrance(), **about), soft_wrap=True)
        ended = Flag()
        for number in (signal.SIGINT, signal.SIGTERM):
            gevent.signal_handler(number, ended.set)
        gevent.spawn(_let_more_in, house)
        ended.wait()


def _let_more_in(house: House) -> None:
    """Another address whenever somebody at a terminal presses Enter."""
    from gevent.socket import wait_read

    from ivr.cli import common

    while sys.stdin.isatty():
        wait_read(sys.stdin.fileno())
        if not sys.stdin.readline():
            return
        common.out().print(ANOTHER.format(url=house.entrance()), soft_wrap=True)


def _with_ears(settings: Settings) -> Settings:
    """The settings, with Ivory's tiny models for languages that nobody else here understands: the callers of
    the demo speak with the voice that those were made for."""
    from ivr.speech.asr import tiny
    from ivr.speech.asr.engines import configured, serving

    engines = configured(settings.asr)
    own = {language: folder for language, folder in tiny.models().items() if not serving(engines, language)}
    models = {**own, **settings.asr.models}
    return settings.model_copy(update={"asr": settings.asr.model_copy(update={"models": models})})


def _understood(lab: Lab, scene: Scene) -> bool:
    """Whether somebody understands the caller; else it is said why they do not call."""
    from ivr.cli import common
    from ivr.speech.asr.engines import configured, serving

    if not scene.speaks or serving(configured(lab.settings.asr), scene.language):
        return True
    talk = f"(nobody here understands spoken {scene.language} yet: docs/speech-recognition.md)"
    common.talk().print(talk, style="dim", markup=False)
    return False


def _play(lab: Lab, scene: Scene) -> bool:
    """Let a caller call; whether their wish was fulfilled."""
    import gevent

    from ivr.cli import common
    from ivr.errors import IvoryError
    from ivr.lab.colleagues import Colleague
    from ivr.lab.script import follow, parse
    from ivr.lab.talk import Talk
    from ivr.lab.tour import FLOW

    _headline(scene.title)
    problems: list[IvoryError] = []
    unserved: list[IvoryError] = []

    def call(talk: Talk) -> None:
        try:
            follow(parse(scene.script), talk, talk.ear, lambda text: lab.speech(text, scene.language))
        except IvoryError as error:
            problems.append(error)
        talk.hangup()

    def serve(talk: Talk) -> None:
        try:
            Colleague(lab, talk, scene.waits_for).work()
        except IvoryError as error:
            unserved.append(error)

    talk = Talk(lab, FLOW, scene.ani, common.out())
    agents = [gevent.spawn(serve, talk)] if scene.waits_for else []
    journey = talk.run(call)
    gevent.joinall(agents, GRACE)  # notes are taken when the caller has gone
    gevent.killall(agents)
    _show(journey)
    content = scene.goal in journey.call.goals
    for problem in [*problems, *unserved]:
        common.talk().print(str(problem), style="red", markup=False)
    if not content:
        common.talk().print(f"This caller's wish ({scene.goal}) was not fulfilled.", style="red")
    return content and not unserved


def _show(journey: Journey) -> None:
    from ivr.cli import calls, common

    common.out().print()
    common.out().print(calls.tree(journey))
    common.out().print()


def _headline(text: str) -> None:
    from rich.rule import Rule

    from ivr.cli import common

    common.out().print(Rule(text, align="left"), width=min(100, common.out().width))
