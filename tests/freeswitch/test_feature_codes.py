"""Feature codes from a real telephone: who signs in, is ready, takes a break and says what became of a
call, by nothing but keys. The flow is the starter one, as it is."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.freeswitch.baresip import Baresip, available
from tests.freeswitch.centre import Centre
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Crm, Ivory, wait_for
from tests.freeswitch.instance import PROJECT, Instance

pytestmark = pytest.mark.skipif(not available(), reason="no baresip")

PLAN = """
breaks: {lunch: {title: Lunch, key: 1}, training: {title: Training, key: 2}}
dispositions: {solved: Solved, call_back: To be called back, passed_on: Passed on}
groups: {billing: {wrap_up: 60s}}
agents:
  1005: {extension: "1005", pin: "4711", groups: [billing]}
  1006: {extension: "1006", pin: "4712", groups: [billing]}
"""


@pytest.fixture(scope="module")
def ivory(
    freeswitch: Instance, crm: Crm, prompt_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ivory]:
    folder = tmp_path_factory.mktemp("codes")
    flows = folder / "flows"
    flows.mkdir()
    shutil.copy(PROJECT / "flows/agents.yaml", flows)
    shutil.copy(PROJECT / "tests/freeswitch/flows_callbacks/desk.yaml", flows)
    served = Ivory(freeswitch, folder, flows, crm, prompt_cache)
    (folder / "routing.yaml").write_text(PLAN)
    served.environment |= {
        "IVR_ACD_PLAN": str(folder / "routing.yaml"),
        "IVR_ACD_MIRROR": str(folder / "routing.json"),
        "IVR_ACD_CONTROL": str(folder / "control.sock"),
    }
    served.start()
    yield served
    served.stop()


@pytest.fixture
def centre(ivory: Ivory, freeswitch: Instance) -> Iterator[Centre]:
    with Client(freeswitch) as phone:
        yield Centre(ivory, phone, Path(ivory.environment["IVR_ACD_PLAN"]))
        phone.api("hupall")
        wait_for(lambda: phone.channels() == 0, 10, "every channel gone")


class Desk:
    """Somebody's telephone on a desk."""

    def __init__(self, baresip: Baresip, freeswitch: Instance, centre: Centre) -> None:
        self.baresip, self._freeswitch, self._centre = baresip, freeswitch, centre

    def dial(self, code: str) -> None:
        """Dial a code, and wait until it is taken."""
        before = self._centre.ivory.count("call begins")
        self.baresip.call(code, self._freeswitch.sip_port)
        wait_for(lambda: self._centre.ivory.count("call begins") > before, 8, f"{code} taken")

    def press(self, key: str) -> bool:
        """Press a key; false, as it is not known yet what comes of it."""
        self.baresip.press(key)
        return False

    def over(self) -> None:
        """Wait until it has been said what came of it."""
        wait_for(lambda: self._centre.phone.channels() == 0, 12, "the end of the call")


@pytest.fixture
def desk(centre: Centre, freeswitch: Instance, tmp_path: Path) -> Iterator[Desk]:
    with Baresip(tmp_path / "1005", "1005", 170) as baresip:
        yield Desk(baresip, freeswitch, centre)


def test_an_agent_s_day_by_nothing_but_keys(centre: Centre, desk: Desk) -> None:
    desk.dial("*71")
    wait_for(lambda: centre.state("1005") == "available", 8, "signed in")
    desk.over()
    desk.dial("*74")
    wait_for(lambda: centre.states()["1005"] == ("on_break", "lunch") or desk.press("1"), 15, "on break")
    desk.over()
    desk.dial("*73")
    wait_for(lambda: centre.state("1005") == "available", 8, "ready again")
    desk.over()
    leg = centre.call("13950000001")
    wait_for(lambda: centre.state("1005") == "busy", 8, "a talk")
    centre.phone.hang_up(leg)
    wait_for(lambda: centre.state("1005") == "wrap_up", 5, "wrap-up")
    wait_for(lambda: centre.phone.channels() == 0, 10, "the lines free")
    desk.dial("*77")
    wait_for(lambda: code(centre) == "solved" or desk.press("1"), 15, "what became of it")
    desk.over()
    desk.dial("*75")
    wait_for(lambda: centre.state("1005") == "available", 8, "wrap-up done")
    desk.over()
    desk.dial("*72")
    wait_for(lambda: centre.state("1005") == "logged_out", 8, "signed out")


def test_on_a_telephone_that_is_nobody_s_id_and_pin_are_asked_for(
    centre: Centre, freeswitch: Instance, tmp_path: Path
) -> None:
    with Baresip(tmp_path / "2042", "2042", 60) as baresip:
        strange = Desk(baresip, freeswitch, centre)
        strange.dial("*71")
        time.sleep(1.5)
        baresip.press("1005#")
        time.sleep(1.5)
        baresip.press("4711#")
        wait_for(lambda: centre.state("1005") == "available", 10, "signed in")
        assert centre.status["agents"]["1005"]["dial"] == "2042", "rung there from now on"
        assert not centre.ivory.said("4711"), "no log has the PIN"
        centre.sign_out("1005")


def code(centre: Centre) -> str:
    """What became of the last contact, as it was written down."""
    store = centre.ivory.environment["IVR_STORE_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as database:
        found = database.execute("SELECT disposition_code FROM contacts ORDER BY arrived DESC").fetchone()
    return str(found[0] or "") if found else ""
