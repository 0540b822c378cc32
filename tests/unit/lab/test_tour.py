"""What the demo plays fits the flow it plays on."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr import i18n
from ivr.lab.script import parse
from ivr.lab.tour import FLOW, SCENES, TITLES, Scene
from ivr.runtime import reading

FLOWS = Path(__file__).parents[3] / "flows"


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.goal)
def test_every_scene_can_be_played_and_has_a_goal_of_the_flow(scene: Scene) -> None:
    flow = reading.read([FLOWS / f"{FLOW}.yaml"]).flows[FLOW].flow
    assert parse(scene.script)
    assert scene.goal in {node.goal for node in flow.nodes.values()}
    assert scene.language in flow.languages


def test_a_newcomer_is_sent_to_the_flow_by_the_title_that_the_admin_shows() -> None:
    title = reading.read([FLOWS / f"{FLOW}.yaml"]).flows[FLOW].flow.title
    assert isinstance(title, dict)
    assert {language: i18n.pick(title, language) for language in TITLES} == TITLES
