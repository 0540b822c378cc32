"""Two browsers' telephones on a real FreeSWITCH: a caller goes through a flow by key and by voice, waits, and
talks with an agent. The telephones are Ivory's own, by SIP; what is heard is compared with what was rendered.
"""

from __future__ import annotations

import json
import uuid
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ivr.dialplan import directory
from ivr.phone.sip.line import SipLine
from ivr.speech.asr.tiny import models
from ivr.speech.cache import note_of
from ivr.voip.messages import Answered, Ended, Incoming, Key, Registered
from tests.freeswitch.centre import Centre
from tests.freeswitch.client import Client
from tests.freeswitch.conftest import BINARY, Crm, Ivory, wait_for
from tests.freeswitch.hearing import ENOUGH, find
from tests.freeswitch.instance import PROJECT
from tests.freeswitch.people import MUSIC, write_music
from tests.phone_lines import DOMAIN, Sip, Somebody, TelephoneInstance
from tests.spoken import said

FLOWS = PROJECT / "tests/data/flows_web"
ANI, AGENT = "2000", "2001"
PLAN = {
    "skills": {"billing": {}},
    "groups": {"billing": {"require": {"billing": 1}}},
    "agents": {"fang": {"extension": AGENT, "groups": ["billing"], "skills": {"billing": 5}}},
}
PROMPT = "Welcome. Please enter your account number, and then press pound."


class _Public(TelephoneInstance):
    """Browsers' calls are routed by the project's own dialplan."""

    context = "public"


@pytest.fixture(scope="module")
def freeswitch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TelephoneInstance]:
    assert BINARY is not None
    instance = _Public(BINARY, tmp_path_factory.mktemp("browsers"))
    write_music(instance.folder / "music")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(directory, "SILENT", 3000)
        instance.start()
    yield instance
    instance.stop()


@pytest.fixture(scope="module")
def ivory(
    freeswitch: TelephoneInstance, crm: Crm, prompt_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ivory]:
    folder = tmp_path_factory.mktemp("web_phone")
    (folder / "routing.yaml").write_text(yaml.safe_dump(PLAN))
    served = Ivory(freeswitch, folder, FLOWS, crm, prompt_cache)
    served.environment |= {
        "IVR_ACD_PLAN": str(folder / "routing.yaml"),
        "IVR_ACD_MIRROR": str(folder / "routing.json"),
        "IVR_ACD_CONTROL": str(folder / "control.sock"),
        "IVR_CALLS_EXTENSION": f"user/{{address}}@{DOMAIN}",
        "IVR_ASR_ENGINES": '["vosk"]',
        "IVR_ASR_MODELS": json.dumps({tag: str(folder) for tag, folder in models().items()}),
        "IVR_ASR_RUN": str(folder / "ears"),
    }
    served.start()
    yield served
    served.stop()


@pytest.fixture
def client(freeswitch: TelephoneInstance) -> Iterator[Client]:
    with Client(freeswitch) as client:
        yield client


@pytest.fixture
def telephones(freeswitch: TelephoneInstance, client: Client) -> Iterator[tuple[Somebody, Somebody]]:
    """A caller, and an agent who is registered."""
    sip = Sip(freeswitch, client)
    caller, agent = sip.open(ANI, "Li Lei"), sip.open(AGENT, "Wang Fang")
    agent.line.register()
    agent.told(Registered)
    yield caller, agent
    caller.close()
    agent.close()
    wait_for(lambda: client.channels() == 0, 10, "every channel gone")


def heard(somebody: Somebody, file: Path) -> Path:
    """All that somebody heard so far, as a file."""
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"".join(somebody.frames))
    return file


def test_a_caller_in_a_browser_comes_to_an_agent_in_a_browser(
    ivory: Ivory,
    freeswitch: TelephoneInstance,
    client: Client,
    telephones: tuple[Somebody, Somebody],
    tmp_path: Path,
) -> None:
    caller, agent = telephones
    centre = Centre(ivory, client, Path(ivory.environment["IVR_ACD_PLAN"]))

    caller.line.dial("95598")
    caller.told(Answered)
    prompts = {note.text: path for path in ivory.cache.rglob("*.wav") if (note := note_of(path))}
    caller.until(lambda: len(caller.frames) > 150, "three seconds of the prompt")
    likeness = max(
        find(path, heard(caller, tmp_path / "heard.wav")).likeness
        for text, path in prompts.items()
        if text in PROMPT
    )
    assert likeness > ENOUGH

    caller.line.press("4711")
    assert [caller.told(Key).key for _ in "4711"] == list("4711")
    wait_for(lambda: ivory.entered(ANI, "wish"), 10, "the menu")
    caller.until(lambda: caller.pitch(), "the prompt")
    caller.say(said("billing", noise=0))
    wait_for(lambda: ivory.entered(ANI, "billing"), 10, "the queue")
    caller.hears(int(MUSIC))

    centre.sign_in("fang")
    assert agent.told(Incoming).number == ANI
    agent.line.answer()
    agent.told(Answered)
    caller.speak(500)
    agent.speak(700)
    caller.hears(700)
    agent.hears(500)

    centre.order("agent.hold", agent="fang")
    caller.hears(int(MUSIC))
    agent.hears_nothing()
    centre.order("agent.retrieve", agent="fang")
    caller.hears(700)
    agent.hears(500)

    agent.line.hangup()
    assert agent.told(Ended).cause == "NORMAL_CLEARING"
    assert caller.told(Ended).cause == "NORMAL_CLEARING"
    steps = ivory.journey(ANI).steps
    assert [(step.node, step.input) for step in steps][1] == ("wish", "“billing”")
    centre.sign_out("fang")


def test_the_calls_of_a_web_process_that_is_killed_are_over(
    client: Client, telephones: tuple[Somebody, Somebody]
) -> None:
    caller, _ = telephones
    caller.line.dial("1006")
    caller.told(Answered)
    assert isinstance(caller.line, SipLine)
    caller.line._shut()  # as the end of its process does: nothing is said
    wait_for(lambda: client.channels() == 0, 10, "the call over")


def test_a_talk_goes_on_after_freeswitch_has_held_it(
    client: Client, telephones: tuple[Somebody, Somebody]
) -> None:
    caller, agent = telephones
    caller.line.register()
    caller.told(Registered)
    leg = str(uuid.uuid4())
    client.api(
        f"bgapi originate {{origination_uuid={leg}}}user/{AGENT}@{DOMAIN} &bridge(user/{ANI}@{DOMAIN})"
    )
    for somebody in (agent, caller):
        somebody.told(Incoming)
        somebody.line.answer()
        somebody.told(Answered)
    caller.speak(500)
    agent.speak(700)
    caller.hears(700)
    assert client.api(f"uuid_hold {leg}").startswith("+OK")
    agent.until(lambda: client.rows("channels")[0]["callstate"] == "HELD", "the hold")
    assert client.api(f"uuid_hold off {leg}").startswith("+OK")
    for somebody in (caller, agent):
        somebody.frames.clear()
    caller.hears(700)
    agent.hears(500)
