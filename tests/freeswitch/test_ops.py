"""What a worker tells of calls on a real FreeSWITCH: how well callers were heard, and how it is itself."""

from __future__ import annotations

import http.client
import json
import math
import random
import struct
import wave
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.freeswitch import sipp
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import Ivory, wait_for
from tests.freeswitch.instance import Instance

FLOWS = Path(__file__).parent / "flows"
SECONDS = 7  # FreeSWITCH looks at what was lost every five


class Caller(sipp.Caller):
    """A caller whose packets get lost on the way: a `share` of them."""

    share = 0.0

    def _step(self, number: int, step: sipp.Step) -> str:
        told = super()._step(number, step)
        if isinstance(step, Path):
            chance = random.Random(3)
            packets = sipp.talk_packets(sipp.spoken_frames(step), 1_000_000, 1000)
            left = (packet for packet in packets if chance.random() >= self.share)
            (self.folder / f"step{number}.pcap").write_bytes(sipp.capture(left))
        return told


TRIES = 4  # calls: a machine that is short of time loses packets of its own


@pytest.fixture(scope="module")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tone") / "tone.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        frames = (int(8000 * math.sin(0.3 * number)) for number in range(8000 * SECONDS))
        sound.writeframes(b"".join(struct.pack("<h", frame) for frame in frames))
    return path


def get(ivory: Ivory, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", ivory.ops_port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def value(ivory: Ivory, name: str) -> float:
    families = text_string_to_metric_families(get(ivory, "/metrics")[1])
    return next(s.value for family in families for s in family.samples if s.name == f"ivory_{name}")


@pytest.mark.skipif(not sipp.available(), reason="no sipp (Debian: sip-tester), or not root")
@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 0.0, 0.01), (0.1, 0.05, 0.16)])
def test_packets_that_were_lost_are_seen(
    ivory: Ivory, freeswitch: Instance, tone: Path, tmp_path: Path, share: float, least: float, most: float
) -> None:
    for _ in range(TRIES):
        calls, lost, mos = (
            value(ivory, f"rtp_{name}") for name in ("mos_count", "loss_ratio_sum", "mos_sum")
        )
        caller = Caller("95598", freeswitch.sip_port, tmp_path, [0.3, tone], ani="13900007777")
        caller.share = share
        caller.run()
        wait_for(lambda: value(ivory, "rtp_mos_count") == calls + 1, 10, "the call was judged")  # noqa: B023
        if least <= value(ivory, "rtp_loss_ratio_sum") - lost <= most:
            break
    assert least <= value(ivory, "rtp_loss_ratio_sum") - lost <= most
    assert (value(ivory, "rtp_mos_sum") - mos > 4.4) is (share == 0)
    wait_for(lambda: ivory.journey("13900007777").call.mos is not None, 5, "the figures in the record")
    call = ivory.journey("13900007777").call
    assert None not in (call.mos, call.jitter_ms, call.loss_percent)
    assert (call.flow, call.end) == ("desk", "abandoned")
    assert 1.0 <= float(call.mos or 0) <= 4.5
    assert 0.0 <= float(call.jitter_ms or 0) < 100.0
    assert least <= float(call.loss_percent or 0) / 100 <= most


@pytest.mark.skipif(not sipp.available(), reason="no sipp (Debian: sip-tester), or not root")
def test_a_caller_of_whom_nothing_is_heard_is_noticed(
    ivory: Ivory, freeswitch: Instance, tmp_path: Path
) -> None:
    silent, judged = value(ivory, "rtp_silent_calls_total"), value(ivory, "rtp_mos_count")
    Caller("95598", freeswitch.sip_port, tmp_path, [1.0], ani="13900007778").run()
    wait_for(lambda: value(ivory, "rtp_silent_calls_total") == silent + 1, 10, "the silent call was counted")
    assert ivory.journey("13900007778").call.mos is None
    assert value(ivory, "rtp_mos_count") == judged


def test_a_call_is_seen_while_it_goes_and_the_worker_is_ready(ivory: Ivory, freeswitch: Instance) -> None:
    status, body = get(ivory, "/readyz")
    assert status == 200, body
    with Client(freeswitch) as phone:
        leg = phone.call("95598", "13900008888")
        wait_for(lambda: "13900008888" in get(ivory, "/calls")[1], 5, "the call was shown")
        phone.press(leg, "3")
        wait_for(lambda: '"listen"' in get(ivory, "/calls")[1], 5, "its next node was shown")
        phone.hang_up(leg)
        wait_for(lambda: json.loads(get(ivory, "/calls")[1])["calls"] == [], 5, "its end")


def test_events_are_young_when_they_arrive(ivory: Ivory) -> None:
    count, total = value(ivory, "esl_event_delay_seconds_count"), value(ivory, "esl_event_delay_seconds_sum")
    assert count > 0
    assert 0 <= total / count < 1
