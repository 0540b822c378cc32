"""mod_callcenter, FreeSWITCH's own queue: one queue, longest idle agent first, agents called back."""

from __future__ import annotations

from dataclasses import dataclass

from tests.bench.freeswitch.contenders.base import extension
from tests.bench.freeswitch.contenders.queue import Queue

NAME = "bench@default"


@dataclass
class CallCenter(Queue):
    """The module, as its documentation sets it up: no wrap-up, no tier rules, music while waiting."""

    name = "callcenter"
    number = "95801"
    modules = ("mod_callcenter",)

    def configuration(self) -> str:
        agents = "".join(
            f'<agent name="{agent}" type="callback" contact="{self.dial(agent)}" status="Logged Out"'
            ' max-no-answer="3" wrap-up-time="0" reject-delay-time="1" busy-delay-time="1"/>'
            for agent in self.agents
        )
        tiers = "".join(
            f'<tier agent="{agent}" queue="{NAME}" level="1" position="1"/>' for agent in self.agents
        )
        params = {
            "strategy": "longest-idle-agent",
            "moh-sound": "local_stream://default",
            "time-base-score": "system",
            "max-wait-time": 0,
            "max-wait-time-with-no-agent": 0,
            "tier-rules-apply": "false",
        }
        rows = "".join(f'<param name="{name}" value="{value}"/>' for name, value in params.items())
        database = self.place.folder / "callcenter.db"
        return (
            '<configuration name="callcenter.conf">'
            f'<settings><param name="dbname" value="{database}"/></settings>'
            f'<queues><queue name="{NAME}">{rows}</queue></queues>'
            f"<agents>{agents}</agents><tiers>{tiers}</tiers></configuration>"
        )

    def extension(self) -> str:
        return extension(self.number, ("answer", ""), ("callcenter", NAME))

    def ready(self, agent: str) -> None:
        self.api(f"callcenter_config agent set status {agent} Available")

    def away(self, agent: str) -> None:
        self.api(f"callcenter_config agent set status {agent} 'Logged Out'")
