"""A call centre for tests on a real switch: a plan of agents who are channels of FreeSWITCH's own, orders by
the worker's socket, and callers by loopback."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Ivory, wait_for


class _OverSocket(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("ivory", timeout=10)
        self._path = str(path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(10)
        try:
            self.sock.connect(self._path)
        except OSError:
            self.close()
            raise


def plan(agents: int, dial: str = "null/agent", **group: Any) -> str:
    """A plan of one group, billing, with agents a1, a2 … who are rung at `dial`."""
    people = {
        f"a{number}": {"dial": f"{dial}{number}" if dial.endswith("agent") else dial, "groups": ["billing"]}
        for number in range(1, agents + 1)
    }
    return yaml.safe_dump(
        {"skills": {}, "groups": {"billing": group, "sales": {"max_wait": "60s"}}, "agents": people}
    )


@dataclass
class Centre:
    """What a test does with a call centre."""

    ivory: Ivory
    phone: Client
    path: Path

    def plan(self, text: str) -> None:
        """Put another plan in force, and wait until it is."""
        before = self.ivory.count("routing plan in force")
        if self.path.exists() and self.path.read_text() == text:
            return
        new = self.path.with_suffix(".new")
        new.write_text(text)
        new.replace(self.path)
        wait_for(lambda: self.ivory.count("routing plan in force") > before, 5, "the plan in force")

    def order(self, name: str, **given: Any) -> Mapping[str, Any]:
        """Give an order; raises AssertionError with its error."""
        connection = _OverSocket(Path(self.ivory.environment["IVR_ACD_CONTROL"]))
        body = json.dumps({"order": name, "by": "test", "arguments": given})
        connection.request("POST", "/orders", body, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        answer: dict[str, Any] = json.loads(reply.read())
        connection.close()
        assert reply.status == 200, (name, given, answer)
        return answer

    def sign_in(self, *agents: str) -> None:
        for agent in agents:
            self.order("agent.sign_in", agent=agent)

    def sign_out(self, *agents: str) -> None:
        for agent in agents:
            self.order("agent.sign_out", agent=agent)

    @property
    def status(self) -> Mapping[str, Any]:
        return self.order("acd.status")

    def state(self, agent: str) -> str:
        return str(self.status["agents"].get(agent, {}).get("state", ""))

    def states(self) -> dict[str, tuple[str, str]]:
        """The agents' states, with the reasons."""
        return {name: (row["state"], row["reason"]) for name, row in self.status["agents"].items()}

    def talking(self) -> set[str]:
        """The agents who are busy."""
        return {name for name, (state, _) in self.states().items() if state == "busy"}

    def reachable(self) -> bool:
        """Whether orders are taken."""
        try:
            return bool(self.status)
        except OSError:
            return False

    def queue(self) -> list[str]:
        """The contacts that wait, who is next first."""
        contacts = self.status["contacts"].items()
        waiting = [(row["position"], name) for name, row in contacts if row.get("position")]
        return [name for _, name in sorted(waiting)]

    def waiting(self) -> int:
        return len(self.queue())

    def call(self, ani: str, *, sip: bool = False) -> str:
        """A caller who has come to the queue; the UUID of the leg that hears."""
        leg = self.phone.call("95598", ani, sip=sip)
        wait_for(lambda: self.ivory.entered(ani, "billing"), 5, f"{ani} in the queue")
        return leg

    def legs(self, agent: str = "") -> dict[str, str]:
        """The agents' legs there are: agent's id to UUID; of one agent, if it is named."""
        found = {}
        for row in self.phone.rows("channels"):
            who, offer = (self._variable(row["uuid"], name) for name in ("ivr_agent", "ivr_offer"))
            if who and offer and agent in ("", who):
                found[who] = row["uuid"]
        return found

    def _variable(self, uuid: str, name: str) -> str:
        value = self.phone.api(f"uuid_getvar {uuid} {name}")
        return "" if value == "_undef_" or value.startswith("-ERR") else value

    def talks(self) -> dict[str, str]:
        """Who talks: agent's id to the caller's number."""
        return {
            self.phone.api(f"uuid_getvar {row['b_uuid']} ivr_agent"): row["cid_num"]
            for row in self.phone.rows("calls")
            if row.get("b_uuid") and row["b_name"].startswith("null/")
        }

    def until(self, true: Callable[[], object], timeout: float, what: str) -> float:
        """Wait until it is true; the seconds it took."""
        began = time.monotonic()
        wait_for(true, timeout, what)
        return time.monotonic() - began
