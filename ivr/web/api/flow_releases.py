"""The API for decisions about flows: publish, share, promote, roll back, retire.

Who decides may say what they looked at: `If-Match` with the ETag of a flow's versions refuses a decision
that others have overtaken.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from flask import Response
from pydantic import BaseModel, Field

from ivr.errors import Conflict, IvoryError
from ivr.flow.bundle import Bundle
from ivr.flow.releases import Release, Serving
from ivr.store.database import Store
from ivr.versions.publish import Desk, overruled
from ivr.web.accounts.who import Who
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.flow_versions import ReleaseOut, Version, shown
from ivr.web.api.flows import Name
from ivr.web.api.problems import Misfit, problem
from ivr.web.flows.rehearsal import Order, Rehearsal, rehearse
from ivr.web.flows.workshop import Workshop
from ivr.web.site import Site

resource = Resource("flow-releases", "Which version of a flow serves its callers.")

Message = Annotated[str, Field(max_length=500, description="Why; the log keeps it.")]


class Publish(In):
    """How to publish."""

    percent: int = Field(100, ge=1, le=100, description="Below 100: a canary, for that share of the callers.")
    message: Message = ""
    coverage: float = Field(0.0, ge=0, le=100, description="Percent of its ways that the tests must take.")
    untested: bool = Field(False, description="Whatever its tests say; the log tells of it.")
    version: str = Field("", max_length=64, description="Only if the draft is still this one.")


class Sharing(In):
    """How many callers come to the canary."""

    percent: int = Field(ge=0, le=99, description="0 ends it.")
    message: Message = ""


class Why(In):
    """Why it is decided."""

    message: Message = ""


class Back(In):
    """Where to go back to."""

    version: Version | None = Field(None, description="Left out: the one that served before.")
    message: Message = ""


class WishOut(BaseModel):
    """What became of a number that a flow wishes for."""

    wish: str
    fate: str = Field(description="`bound`, `taken` by another flow, or `disabled`.")
    number: str
    flow: str


class Decided(BaseModel):
    """What was decided."""

    release: ReleaseOut | None = Field(description="Nothing: it was so already.")
    version: str
    wishes: list[WishOut] = []
    behind: list[str] = Field([], description="Flows that go on with the copy they were published with.")


@resource.post("/flows/<name>/publish", needs="flows:publish", returns=Decided)
def publish(site: Site, who: Who, name: Name, body: Publish, match: str) -> Decided | Response:
    """Check a draft, play its tests, and put it in service as it is saved, with all it refers to.

    Refused (409) with the findings where it has errors, and with what failed where its tests do, unless
    `untested` is set. New callers come to it at once; calls stay with the version they began with.
    """
    bundle = site.apart(site.part(Workshop).bundle, name)
    if body.version and not bundle.id.startswith(body.version):
        raise Conflict(f"the draft of {name} was changed meanwhile", current=bundle.id)
    tested = _tested(site, name, body)
    if isinstance(tested, Rehearsal):
        if not tested.good(body.coverage) and not body.untested:
            return _refused(name, tested, body.coverage)
        if not _same(bundle, tested):
            raise Conflict(f"the draft of {name} was changed while it was tested")
        words = tested.words if tested.good(body.coverage) else overruled(tested.words)
    else:
        words = overruled(tested)

    def decide(desk: Desk) -> Release | None:
        return desk.publish(bundle, percent=body.percent, message=body.message, tests=words)

    return _decided(site, who, name, match, decide, bundle)


@resource.post("/flows/<name>/share", needs="flows:publish")
def share(site: Site, who: Who, name: Name, body: Sharing, match: str) -> Decided:
    """Give the canary another share of the callers; 0 ends it."""
    return _decided(site, who, name, match, lambda desk: desk.share(body.percent, body.message))


@resource.post("/flows/<name>/promote", needs="flows:publish")
def promote(site: Site, who: Who, name: Name, body: Why, match: str) -> Decided:
    """Let the canary serve all callers."""
    return _decided(site, who, name, match, lambda desk: desk.promote(body.message))


@resource.post("/flows/<name>/rollback", needs="flows:publish")
def rollback(site: Site, who: Who, name: Name, body: Back, match: str) -> Decided:
    """Let an earlier version serve again: the one before this one, if none is named."""
    return _decided(site, who, name, match, lambda desk: desk.rollback(body.version or "", body.message))


@resource.post("/flows/<name>/retire", needs="flows:publish")
def retire(site: Site, who: Who, name: Name, body: Why, match: str) -> Decided:
    """Take a flow out of service: no new caller comes to it, and its numbers are free."""
    return _decided(site, who, name, match, lambda desk: desk.retire(body.message))


def _decided(
    site: Site, who: Who, name: str, match: str, decide: Callable[[Desk], Release | None],
    bundle: Bundle | None = None,
) -> Decided:  # fmt: skip
    """Have it noted, in the log of releases and in the audit."""

    def noted(store: Store) -> tuple[Decided, Serving, Serving]:
        desk = Desk(store, name, who.by)
        if match and match != str(len(desk.log)):
            raise Conflict(f"somebody else has decided about {name} meanwhile", current=str(len(desk.log)))
        before = desk.serving()
        release = decide(desk)
        wishes = [
            WishOut(wish=one.wish, fate=one.fate, number=one.number, flow=one.flow) for one in desk.wishes()
        ]
        version = release.version if release else bundle.id if bundle else before.version
        told = Decided(
            release=shown(release) if release else None,
            version=version,
            wishes=wishes,
            behind=desk.behind(bundle) if bundle else [],
        )
        return told, before, desk.serving()

    told, before, after = site.ask(noted)
    if told.release is not None:
        site.audited(who, f"flow.{told.release.kind}", name, _audited(before), _audited(after))
    return told


def _audited(serving: Serving) -> dict[str, Any]:
    canary = {"canary": serving.canary, "percent": serving.percent} if serving.canary else {}
    return {"version": serving.version, **canary}


def _tested(site: Site, name: str, body: Publish) -> Rehearsal | str:
    """What the tests say; in words why they could not be played, where nobody minds."""
    try:
        return rehearse(site, Order(name), again=False)
    except IvoryError as error:
        if not body.untested:
            raise
        return error.message


def _same(bundle: Bundle, tested: Rehearsal) -> bool:
    """Whether what was tested is what is in the bundle."""
    return all(
        digest.startswith(tested.versions.get(name, "-")) for name, digest in bundle.manifest.flows.items()
    )


def _refused(name: str, tested: Rehearsal, coverage: float) -> Response:
    failed = [one for one in tested.report["cases"] if one["result"] == "failed"]
    errors = [
        Misfit(pointer=f"/tests/{one['name']}", detail=one["failures"][0]["message"]) for one in failed
    ] + [Misfit(pointer=f"/tests/{one['line']}", detail=one["message"]) for one in tested.report["findings"]]
    wanted = f"; {coverage:g} % wanted" if tested.percent < coverage else ""
    return problem(409, f"the tests of {name} do not pass: {tested.words}{wanted}", errors=errors,
                   hint="mend them, or publish it all the same with `untested`")  # fmt: skip
