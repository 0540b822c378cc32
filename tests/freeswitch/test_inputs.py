"""Keys reach a flow however a telephone sends them: RFC 4733, SIP INFO, or as tones in the caller's sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.freeswitch import baresip, sipp
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import BINARY, Ivory, wait_for
from tests.freeswitch.hearing import ENOUGH, find
from tests.freeswitch.instance import Instance
from tests.freeswitch.phone import Phone
from tests.freeswitch.sipp import Caller, Info, Step, Tones
from tests.freeswitch.test_hotline import prompts_of

FLOWS = Path(__file__).parent / "flows_keys"
KEYS = "0123456789"
PROMPT = "Type eight digits and pound."

needs_sipp = pytest.mark.skipif(not sipp.available(), reason="no sipp (Debian: sip-tester), or not root")
needs_baresip = pytest.mark.skipif(not baresip.available(), reason="no baresip (Debian: baresip-core)")


class EveryWay(Instance):
    """A FreeSWITCH that takes keys in every way: what docs/freeswitch.md says to set for each."""

    def template(self) -> str:
        text = super().template()
        duration = '<param name="dtmf-duration" value="2000"/>'
        assert duration in text
        text = text.replace(duration, duration + '<param name="liberal-dtmf" value="true"/>')
        tones = """<context name="public">
          <extension name="tones" continue="true"><condition field="${sip_h_X-Line}" expression="^analogue$">
            <action application="set" data="execute_on_answer=start_dtmf"/>
          </condition></extension>"""
        return text.replace('<context name="public">', tones, 1)


@pytest.fixture(scope="module")
def freeswitch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    assert BINARY is not None
    instance = EveryWay(BINARY, tmp_path_factory.mktemp("freeswitch"))
    instance.start()
    yield instance
    instance.stop()


def typed(ivory: Ivory, ani: str) -> str | None:
    return ivory.journey(ani, 20).steps[0].input


@needs_sipp
@pytest.mark.parametrize(
    ("ani", "steps", "line"),
    [
        ("13800660001", [2.0, KEYS, 0.5, "#"], "ip"),
        ("13800660002", [2.0, Info(KEYS), Info("#")], "ip"),
        ("13800660003", [3.5, Tones(KEYS), 0.2, Tones("#")], "analogue"),
        ("13800660004", [2.0, "12", Info("34"), "56", Info("#")], "ip"),
    ],
    ids=["rfc4733", "info", "tones", "mixed"],
)
def test_keys_come_through(
    ivory: Ivory, freeswitch: Instance, tmp_path: Path, ani: str, steps: list[Step], line: str
) -> None:
    caller = Caller("95598", freeswitch.sip_port, tmp_path, steps, ani=ani, hangs_up=False, line=line)
    caller.run(40)
    assert typed(ivory, ani) == ("123456" if "12" in steps else KEYS)


@needs_sipp
def test_tones_are_only_sound_where_nobody_listens_for_them(
    ivory: Ivory, freeswitch: Instance, tmp_path: Path
) -> None:
    steps: list[Step] = [3.0, Tones("99"), 0.5, "1#"]
    Caller("95598", freeswitch.sip_port, tmp_path, steps, ani="13800660005", hangs_up=False).run(40)
    assert typed(ivory, "13800660005") == "1"


@needs_baresip
def test_baresip_hears_the_prompt_and_is_heard(ivory: Ivory, freeswitch: Instance, tmp_path: Path) -> None:
    with baresip.Baresip(tmp_path / "baresip", "13800660006") as phone:
        phone.call("95598", freeswitch.sip_port)
        wait_for(lambda: "established" in phone.log, 10, "the call of baresip")
        wait_for(lambda: ivory.entered("13800660006", "digits"), 10, "the call of baresip in the flow")
        with Client(freeswitch) as client:
            wait_for(
                lambda: any(row["application"] == "playback" for row in client.rows("channels")), 10, "sound"
            )
        wait_for(lambda: phone.heard.stat().st_size > 8000 * 2, 15, "a second heard")
        phone.press("4711#")
        assert typed(ivory, "13800660006") == "4711"
    assert find(prompts_of(ivory.cache)[PROMPT], phone.heard).likeness > ENOUGH


@needs_baresip
def test_baresip_hangs_up(ivory: Ivory, freeswitch: Instance, tmp_path: Path) -> None:
    with baresip.Baresip(tmp_path / "baresip", "13800660007") as phone:
        phone.call("95598", freeswitch.sip_port)
        wait_for(lambda: ivory.entered("13800660007", "digits"), 10, "the call of baresip in the flow")
        phone.hang_up()
        assert ivory.journey("13800660007").call.end == "abandoned"


def test_a_loopback_caller_types(ivory: Ivory, freeswitch: Instance) -> None:
    with Client(freeswitch) as client:
        leg = client.call("95598", "13800660008")
        client.press(leg, f"{KEYS}#")
        assert typed(ivory, "13800660008") == KEYS


def test_keys_pressed_before_the_prompt_are_kept(ivory: Ivory, freeswitch: Instance) -> None:
    with Phone(freeswitch.sip_port, caller=b"<sip:13800660009@127.0.0.1>") as phone:
        assert phone.call() == 200
        phone.press("2468#")
        phone.stay(15)
        assert phone.over
    assert typed(ivory, "13800660009") == "2468"
