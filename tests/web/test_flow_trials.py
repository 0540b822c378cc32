"""A flow's draft is heard by a web phone, and by nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ivr.errors import IvoryError
from ivr.web.site import Site
from ivr.web.telephones import Telephones
from tests.web.conftest import Browser
from tests.web.worker import Worker

NUMBER = "try-0a1b2c3d4e5f"


def test_a_draft_has_a_name_that_the_web_phone_may_dial(
    site: Site, signed_in: Callable[[str], Browser], worker: Worker
) -> None:
    worker.answers["flow.try"] = lambda _: {"number": NUMBER, "version": "4f2a"}
    answer = signed_in("designer").send("POST", "/api/v1/flows/hotline/trial")
    assert answer.json == {"number": NUMBER, "version": "4f2a", "seconds": 60.0}
    assert worker.orders[-1][0] == "flow.try"
    assert worker.orders[-1][2] == {"flow": "hotline"}
    trials = site.part(Telephones).trials
    assert trials.find(NUMBER)
    assert not trials.find("try-another")


def test_why_a_draft_cannot_be_heard_is_told(signed_in: Callable[[str], Browser], worker: Worker) -> None:
    def wrong(_: dict[str, Any]) -> dict[str, Any]:
        raise IvoryError("the draft of hotline has mistakes", hint="mend them, then call again")

    worker.answers["flow.try"] = wrong
    answer = signed_in("designer").send("POST", "/api/v1/flows/hotline/trial")
    assert answer.status_code == 409
    assert answer.json["detail"] == "the draft of hotline has mistakes"


def test_who_may_not_write_flows_hears_no_draft(signed_in: Callable[[str], Browser]) -> None:
    assert signed_in("supervisor").send("POST", "/api/v1/flows/hotline/trial").status_code == 403
