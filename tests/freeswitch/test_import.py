"""A menu that FreeSWITCH runs itself, and the flow made of it: the same keys lead to the same places.

The menu is of the shape of FreeSWITCH's demonstration; where that is installed, it is called as well.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import pytest

from tests.freeswitch.client import Client
from tests.freeswitch.conftest import BINARY, Crm, Ivory, wait_for
from tests.freeswitch.instance import PROJECT, Instance

HOUSE = PROJECT / "tests/corpus/importers/freeswitch/house"
QUICK = {
    'timeout="8000"': 'timeout="2000"',
    'timeout="12000"': 'timeout="2000"',
    'inter-digit-timeout="2000"': 'inter-digit-timeout="700"',
    " XML default": " XML public",
    " XML rooms": " XML public",
}
DESKS = """<context name="public">
  <extension name="menu"><condition field="destination_number" expression="^6100$">
    <action application="answer"/>
    <action application="ivr" data="house"/>
  </condition></extension>
  <extension name="desks"><condition field="destination_number" expression="^(2001|30[01][0-9]|9196)$">
    <action application="answer"/>
    <action application="park"/>
  </condition></extension>"""
MAX_SECONDS = 40
PLACES = ("house", "house_more")


def demonstration() -> Path | None:
    """The configuration that FreeSWITCH brought along, where it is installed."""
    if BINARY is None:
        return None
    prefix = BINARY.resolve().parent.parent
    places = (prefix / "etc/freeswitch", prefix / "conf", Path("/etc/freeswitch"))
    return next((place for place in places if (place / "ivr_menus/demo_ivr.xml").is_file()), None)


DEMONSTRATION = demonstration()


def _quick(text: str) -> str:
    for slow, quick in QUICK.items():
        text = text.replace(slow, quick)
    return text


class WithMenu(Instance):
    """A FreeSWITCH that runs the house's menu at 6100."""

    def template(self) -> str:
        menu = _quick((HOUSE / "ivr_menus/house.xml").read_text()).replace("$${desk}", "2001")
        inner = menu.replace("<include>", "").replace("</include>", "")
        conf = f'<configuration name="ivr.conf"><menus>{inner}</menus></configuration>'
        text = (
            super()
            .template()
            .replace('<configuration name="acl.conf">', conf + '<configuration name="acl.conf">')
        )
        return text.replace('<context name="public">', DESKS, 1)


@pytest.fixture(scope="module")
def freeswitch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    assert BINARY is not None
    instance = WithMenu(BINARY, tmp_path_factory.mktemp("freeswitch"))
    instance.start()
    yield instance
    instance.stop()


@pytest.fixture(scope="module")
def flows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `ivr flow import` makes of the house's configuration."""
    folder = tmp_path_factory.mktemp("import")
    conf = shutil.copytree(HOUSE, folder / "conf")
    for file in conf.glob("**/*.xml"):
        file.write_text(_quick(file.read_text()).replace("^6100$", "^95598$"))
    imports(conf, folder / "flows")
    if DEMONSTRATION is not None:
        imports(DEMONSTRATION, folder / "flows")
        file = folder / "flows/demo_ivr.yaml"
        file.write_text(file.read_text().replace('numbers: ["5000"]', 'numbers: ["+861095598"]'))
    return folder / "flows"


def imports(conf: Path, into: Path) -> str:
    command = [sys.executable, "-m", "ivr", "flow", "import", str(conf), "--to", str(into)]
    done = subprocess.run(
        [*command, "--set", f"flows.sounds={into / 'sounds'}"], cwd=PROJECT, capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stderr.decode()


@pytest.fixture(scope="module")
def ivory(
    freeswitch: Instance, crm: Crm, flows: Path, prompt_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ivory]:
    served = Ivory(freeswitch, tmp_path_factory.mktemp("ivory"), flows, crm, prompt_cache)
    served.start()
    yield served
    served.stop()


@dataclass
class Way:
    """What became of a call: the menus it came to, without repetitions, and the extension it reached."""

    menus: list[str] = field(default_factory=list)
    reached: str = ""

    def came_to(self, places: list[str]) -> None:
        self.menus = [name for name, _ in groupby(places)]


class Menus:
    """The menus that FreeSWITCH itself enters, as its events tell."""

    def __init__(self, freeswitch: Instance) -> None:
        self.entered: list[str] = []
        self._client = Client(freeswitch)
        self._client.send("event plain CUSTOM menu::enter")
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            for event in self._client.events():
                if name := event.get("Menu-Name"):
                    self.entered.append(name)
        except (OSError, ValueError):
            return  # closed

    def close(self) -> None:
        self._client._socket.shutdown(2)
        self._thread.join(5)
        self._client.__exit__()


@pytest.fixture
def phone(freeswitch: Instance) -> Iterator[Client]:
    with Client(freeswitch) as client:
        yield client
        wait_for(lambda: client.channels() == 0 or client.api("hupall"), 10, "every call over")


def parked(phone: Client) -> str:
    """The desk where somebody has arrived."""
    desks = [row["dest"] for row in phone.rows("channels") if row.get("callstate") == "ACTIVE"]
    return next((desk for desk in desks if desk in ("2001", "9196") or desk.startswith("30")), "")


def itself(freeswitch: Instance, phone: Client, keys: list[str]) -> Way:
    """The way of a call through FreeSWITCH's own menu."""
    way, menus = Way(), Menus(freeswitch)
    leg = phone.call("6100", "13900006100")
    wait_for(lambda: menus.entered, 5, "the menu")
    try:
        for press in keys:
            time.sleep(0.6)
            phone.press(leg, press)
            time.sleep(1.2)
        end = time.monotonic() + MAX_SECONDS
        while time.monotonic() < end and not way.reached and leg in str(phone.rows("channels")):
            way.reached = parked(phone)
            time.sleep(0.1)
        way.came_to(menus.entered)
    finally:
        menus.close()
        phone.api("hupall")
    return way


def by_flow(ivory: Ivory, phone: Client, keys: list[str], ani: str) -> Way:
    """The way of a call through the flow."""
    way = Way()
    leg = phone.call("95598", ani)
    wait_for(lambda: ivory.entered(ani, "house"), 10, "the flow's menu")
    for press in keys:
        time.sleep(0.6)
        phone.press(leg, press)
        time.sleep(1.2)
    end = time.monotonic() + MAX_SECONDS
    while time.monotonic() < end and not way.reached and leg in str(phone.rows("channels")):
        way.reached = parked(phone)
        time.sleep(0.1)
    phone.api("hupall")
    way.came_to([step.node for step in ivory.journey(ani, 20).steps if step.node in PLACES])
    return way


@pytest.mark.parametrize(
    ("keys", "menus", "reached"),
    [
        (["2"], ["house"], "2001"),
        (["3017"], ["house"], "3017"),
        (["6", "*", "2"], ["house", "house_more", "house"], "2001"),
        (["6", "5", "*", "3000"], ["house", "house_more", "house"], "3000"),
        (["8", "2"], ["house"], "2001"),
        (["9", "2"], ["house"], "2001"),
        (["8", "8", "8"], ["house"], ""),
        ([], ["house"], ""),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else None,
)
def test_the_same_keys_lead_to_the_same_places(
    freeswitch: Instance, ivory: Ivory, phone: Client, keys: list[str], menus: list[str], reached: str
) -> None:
    native = itself(freeswitch, phone, keys)
    wait_for(lambda: phone.channels() == 0, 10, "the first call over")
    ani = "1390001" + "".join(filter(str.isdigit, "".join(keys)))[:5].rjust(5, "0")
    flow = by_flow(ivory, phone, keys, ani)
    assert (native.menus, native.reached) == (menus, reached)
    assert (flow.menus, flow.reached) == (menus, reached)


@pytest.mark.skipif(DEMONSTRATION is None, reason="FreeSWITCH's demonstration is not installed")
def test_freeswitchs_own_demonstration_runs_as_a_flow(ivory: Ivory, phone: Client) -> None:
    ani = "13900005000"
    leg = phone.call("861095598", ani)
    for node, keys in (("demo_ivr", "6"), ("demo_ivr_submenu", "*"), ("demo_ivr", "2")):
        wait_for(lambda node=node: ivory.entered(ani, node), 10, f"the caller at {node}")  # type: ignore[misc]
        time.sleep(0.5)
        phone.press(leg, keys)
        time.sleep(2.5)
    wait_for(lambda: parked(phone) == "9196", 10, "the caller at 9196")
    phone.hang_up(leg)
    assert [step.node for step in ivory.journey(ani).steps] == [
        "demo_ivr", "demo_ivr_choice", "demo_ivr_submenu", "demo_ivr", "demo_ivr_choice", "extension_9196",
    ]  # fmt: skip
