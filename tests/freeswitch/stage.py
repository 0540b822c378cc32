"""A caller in a talk with an agent, and whoever comes to it: each with a voice of their own."""

from __future__ import annotations

import time
from pathlib import Path

from tests.freeswitch.centre import Centre
from tests.freeswitch.conftest import wait_for
from tests.freeswitch.people import Person, hears


class Stage:
    """A caller in a talk with the agent a1, and whoever comes to it."""

    def __init__(self, centre: Centre, folder: Path, ani: str) -> None:
        self.centre, self.folder, self.ani = centre, folder, ani
        centre.sign_in("a1")
        phone = centre.call(ani)
        self.caller = self.person(
            "caller", 440.0, centre.phone.api(f"uuid_getvar {phone} other_loopback_leg_uuid"), phone
        )
        wait_for(lambda: centre.state("a1") == "busy", 5, "the talk")
        self.agent = self.answered("a1", 620.0)

    def person(self, name: str, hz: float, leg: str, phone: str = "") -> Person:
        client = self.centre.phone
        person = Person(name, hz, leg, phone or client.api(f"uuid_getvar {leg} other_loopback_leg_uuid"))
        person.speak(client, self.folder)
        return person

    def answered(self, agent: str, hz: float) -> Person:
        """Somebody the queue has rung, and who has answered."""
        wait_for(lambda: self._with("ivr_agent", agent), 5, f"{agent} rung")
        return self.person(agent, hz, self._with("ivr_agent", agent)[0])

    def dialled(self, variable: str, hz: float, name: str = "third") -> Person:
        """Somebody who was dialled: the leg has the channel variable."""
        wait_for(lambda: self._with(variable), 5, f"{name} rung")
        return self.person(name, hz, self._with(variable)[0])

    def _with(self, variable: str, value: str = "") -> list[str]:
        client = self.centre.phone
        legs = [row["uuid"] for row in client.rows("channels") if row["name"].endswith("-a")]
        said = {leg: client.api(f"uuid_getvar {leg} {variable}") for leg in legs}
        return [leg for leg, text in said.items() if text not in ("_undef_", "") and value in ("", text)]

    def beside(self, extension: str) -> bool:
        """Whether the caller is connected with an extension."""
        calls = self.centre.phone.rows("calls")
        return any(extension in row["b_name"] and self.caller.leg == row["uuid"] for row in calls)

    def order(self, name: str, **given: object) -> None:
        self.centre.order(f"agent.{name}", agent="a1", **given)

    def there(self, person: Person) -> bool:
        return self.centre.phone.api(f"uuid_exists {person.leg}") == "true"

    def heard(self, *people: Person) -> dict[str, set[str]]:
        """Who hears whom, from now on for a second."""
        time.sleep(0.3)
        return hears(self.centre.phone, people)
