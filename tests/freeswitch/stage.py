"""A caller in a talk with an agent, and whoever comes to it: each with a voice of their own, all by SIP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import yaml

from tests.freeswitch.centre import Centre
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Ivory, System, wait_for
from tests.freeswitch.instance import Instance
from tests.freeswitch.people import Person, hears, telephones, write_music

FLOWS = Path(__file__).parent / "flows_routing"


TRIES = 24
"""Times that is listened to who hears whom until it is as it should be; each takes about a second."""

PLAN = {
    "skills": {},
    "groups": {"billing": {}, "sales": {}},
    "agents": {
        "a1": {"extension": "2001", "groups": ["billing"]},
        "a2": {"extension": "2002", "groups": ["billing"]},
        "b1": {"extension": "2003", "groups": ["sales"]},
    },
}


@contextmanager
def serving(freeswitch: Instance, folder: Path, crm: System, cache: Path) -> Iterator[Ivory]:
    """A call centre whose people have SIP telephones."""
    write_music(freeswitch.folder / "music")
    with Client(freeswitch) as client:
        client.api("reload mod_local_stream")
    (folder / "routing.yaml").write_text(yaml.safe_dump(PLAN))
    served = Ivory(freeswitch, folder, FLOWS, crm, cache)
    served.environment |= {
        "IVR_ACD_PLAN": str(folder / "routing.yaml"),
        "IVR_ACD_MIRROR": str(folder / "routing.json"),
        "IVR_ACD_CONTROL": str(folder / "control.sock"),
        "IVR_CALLS_EXTENSION": telephones(freeswitch.sip_port),
        "IVR_CALLS_NUMBER": telephones(freeswitch.sip_port),
        "IVR_CALLS_ALLOW": '["+86"]',
        "IVR_CALLS_OUTWARD_PER_MINUTE": "6",
    }
    try:
        served.start()
        yield served
    finally:
        served.stop()


@contextmanager
def staffed(ivory: Ivory, freeswitch: Instance) -> Iterator[Centre]:
    """The centre for one test: after it every call is over, and every agent has gone home."""
    with Client(freeswitch) as phone:
        centre = Centre(ivory, phone, Path(ivory.environment["IVR_ACD_PLAN"]))
        yield centre
        phone.api("hupall")
        wait_for(lambda: phone.channels() == 0, 10, "every channel gone")
        centre.sign_out(*(name for name, row in centre.status["agents"].items() if _there(row["state"])))
        wait_for(lambda: not any(_there(state) for state, _ in centre.states().values()), 5, "all gone home")


def _there(state: str) -> bool:
    return state not in ("", "logged_out")


class Stage:
    """A caller in a talk with the agent a1, and whoever comes to it."""

    def __init__(self, centre: Centre, folder: Path, ani: str, *, sign_in: bool = True) -> None:
        self.centre, self.folder, self.ani = centre, folder, ani
        if sign_in:
            centre.sign_in("a1")
        phone = centre.call(ani, sip=True)
        wait_for(lambda: centre.state("a1") == "busy", 15, "the talk")
        self.caller = self.person("caller", 440.0, centre.phone.far_end(phone), phone)
        self.agent = self.answered("a1", 620.0)

    def person(self, name: str, hz: float, leg: str, phone: str = "") -> Person:
        return person(self.centre.phone, self.folder, name, hz, leg, phone)

    def answered(self, agent: str, hz: float) -> Person:
        """Somebody the queue has rung, and who has answered."""
        wait_for(lambda: self._with("ivr_agent", agent), 5, f"{agent} rung")
        return self.person(agent, hz, self._with("ivr_agent", agent)[0])

    def dialled(self, variable: str, hz: float, name: str = "third") -> Person:
        """Somebody who was dialled, and has answered: the leg has the channel variable."""
        wait_for(lambda: self._with(variable), 5, f"{name} rung")
        return self.person(name, hz, self._with(variable)[0])

    def _with(self, variable: str, value: str = "") -> list[str]:
        """The legs that Ivory has dialled, and which were answered."""
        client = self.centre.phone
        rows = client.rows("channels")
        up = ("ACTIVE", "HELD", "UNHELD")
        legs = [row["uuid"] for row in rows if row["direction"] == "outbound" and row["callstate"] in up]
        said = {leg: client.api(f"uuid_getvar {leg} {variable}") for leg in legs}
        return [leg for leg, text in said.items() if text not in ("_undef_", "") and value in ("", text)]

    def beside(self, extension: str) -> bool:
        """Whether the caller is connected with an extension."""
        calls = self.centre.phone.rows("calls")
        return any(extension in row["b_name"] and self.caller.leg == row["uuid"] for row in calls)

    def order(self, name: str, **given: object) -> None:
        self.centre.order(f"agent.{name}", agent="a1", **given)

    def holds(self) -> bool:
        """Whether a1 has the caller hold the line."""
        return self.centre.phone.api(f"uuid_getvar {self.agent.leg} ivr_held") == "true"

    def there(self, person: Person) -> bool:
        return self.centre.phone.api(f"uuid_exists {person.leg}") == "true"

    def expect(self, people: Sequence[Person], heard: Mapping[str, set[str]]) -> None:
        """Each of them hears just these for half a second: now or, as sound begins when it can, soon."""
        found: Mapping[str, set[str]] = {}
        for _ in range(TRIES):
            found = hears(self.centre.phone, people, 0.5)
            if found == heard:
                return
        assert found == heard, f"they hear {found}, and not {heard}"


def person(client: Client, folder: Path, name: str, hz: float, leg: str, phone: str = "") -> Person:
    """Somebody who speaks, and whose recording runs."""
    somebody = Person.at(client, name, hz, leg, phone)
    somebody.speak(client, folder)
    return somebody
