"""The API for versions of flows: what was published, what it says, and what is different between two."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Annotated, Final

from flask import Response
from pydantic import BaseModel, Field

from ivr.errors import IvoryError
from ivr.flow.bundle import Bundle
from ivr.flow.releases import Release, Serving
from ivr.store import versions
from ivr.store.database import Store
from ivr.versions import kept
from ivr.versions.publish import Desk
from ivr.web.api.answer import Answer
from ivr.web.api.endpoint import In, Resource
from ivr.web.api.flows import Name
from ivr.web.flows.comparing import Compared, compared
from ivr.web.flows.workshop import Workshop
from ivr.web.site import Site

resource = Resource("flow-versions", "What of flows was published, and how versions differ.")

DRAFT = "draft"
"""What a draft is called beside versions."""

Version = Annotated[str, Field(pattern=r"^[0-9a-f]{1,64}$", description="A version, or its first signs.")]

UNCLEAR: Final = {409: "Several versions begin so, or it cannot be read any more."}


class ReleaseOut(BaseModel):
    """A decision about a flow."""

    turn: int
    kind: str = Field(description="`publish`, `canary`, `promote`, `rollback` or `retire`.")
    version: str
    percent: int
    at: datetime
    by: str
    message: str
    tests: str


class VersionOut(BaseModel):
    """A version that is kept."""

    version: str
    made: datetime


class Log(BaseModel):
    """All that was decided; the ETag is the number of decisions."""

    version: str = Field(description="What serves; empty: nothing does.")
    canary: str
    percent: int = Field(description="Of the callers, those who come to the canary.")
    draft: str = Field(description="The version the draft would be published as; empty: it has errors.")
    versions: list[VersionOut] = Field(description="The newest first.")
    releases: list[ReleaseOut] = Field(description="The newest first.")


class VersionText(BaseModel):
    """A version as it was published."""

    version: str
    text: str
    flows: dict[str, str] = Field(description="All flows in it, with their texts.")
    sounds: list[str]


class Sides(In):
    """What to compare: versions, their first signs, or `draft`."""

    old: str = Field("", max_length=64, description="Empty: what serves.")
    new: str = Field(DRAFT, max_length=64)
    around: int = Field(3, ge=0, le=10_000, description="Lines shown around each change.")


class ChangeOut(BaseModel):
    """One difference. `sign`: `+`, `-` or `~`."""

    sign: str
    what: str
    where: str
    old: str
    new: str


class Differences(BaseModel):
    """What is different."""

    old: str
    new: str
    flows: dict[str, list[ChangeOut]]
    lines: dict[str, list[str]] = Field(description="By flow, as a unified diff.")
    others: list[ChangeOut] = Field(description="Whole flows and sounds.")


@resource.get("/flows/<name>/versions", needs="flows:read", returns=Log)
def log(site: Site, name: Name) -> Answer:
    """What was decided about a flow, and what serves its callers."""
    releases, serving, made = site.ask(story, name)
    if not releases and not made:
        site.apart(site.part(Workshop).flows.get, name)  # or there is no such flow
    draft = site.apart(site.part(Workshop).versions).get(name, "")
    content = Log(
        version=serving.version,
        canary=serving.canary,
        percent=serving.percent,
        draft=draft,
        versions=[VersionOut(version=one, made=at) for one, at in reversed(made.items())],
        releases=[shown(one) for one in reversed(releases)],
    )
    return Answer(content, etag=str(len(releases)))


@resource.get("/flows/<name>/versions/<version>", needs="flows:read", also=UNCLEAR)
def get(site: Site, name: Name, version: Version) -> VersionText:
    """A version as it was published."""
    whole = site.ask(_kept, name, version)
    flows = {one: kept.text(whole, one) for one in whole.manifest.flows}
    return VersionText(version=whole.id, text=flows[name], flows=flows, sounds=sorted(whole.manifest.sounds))


@resource.get(
    "/flows/<name>/versions/<version>/files.zip", needs="flows:read", gives=("application/zip",), also=UNCLEAR
)
def files(site: Site, name: Name, version: Version) -> Response:
    """A version with all it refers to: the flows, and their sounds in `sounds`."""
    whole = site.ask(_kept, name, version)
    headers = {"Content-Disposition": f'attachment; filename="{name}-{whole.id}.zip"'}
    return Response(site.apart(_zipped, whole), mimetype="application/zip", headers=headers)


@resource.get("/flows/<name>/diff", needs="flows:read", also={409: "There are no such two to compare."})
def diff(site: Site, name: Name, query: Sides) -> Differences:
    """What is different between two versions, or a version and the draft."""
    return differences(site, name, query)


@resource.get("/flows/<name>/canary", needs="flows:read", also={409: "It has no canary."})
def canary(site: Site, name: Name) -> Compared:
    """How the canary does, beside the version that serves the others."""
    return site.ask(compared, name)


def differences(site: Site, name: str, query: Sides) -> Differences:
    """What the page shows, too."""
    serving = site.ask(story, name)[1]
    old, new = (_side(site, name, side or serving.version) for side in (query.old, query.new))
    return site.apart(_differences, old, new, query.around)


def story(store: Store, name: str) -> tuple[list[Release], Serving, dict[str, datetime]]:
    """All decisions about a flow, what serves, and the versions there are, the oldest first."""
    desk = Desk(store, name, "")
    return list(desk.log), desk.serving(), versions.made(store, name)


def shown(release: Release) -> ReleaseOut:
    """A decision as others see it."""
    return ReleaseOut(
        turn=release.turn, kind=release.kind, version=release.version, percent=release.percent, at=release.at,
        by=release.by.removeprefix("user:"), message=release.message, tests=release.tests,
    )  # fmt: skip


def _kept(store: Store, name: str, version: str) -> Bundle:
    return kept.bundle(store, Desk(store, name, "").find(version))


def _side(site: Site, name: str, side: str) -> Bundle:
    if not side:
        raise IvoryError(f"{name} is not in service", hint="name a version to compare with")
    if side == DRAFT:
        return site.apart(site.part(Workshop).bundle, name)
    return site.ask(_kept, name, side)


def _differences(old: Bundle, new: Bundle, around: int) -> Differences:
    found = kept.differ(old, new)
    return Differences(
        old=old.id,
        new=new.id,
        flows={
            name: [
                ChangeOut(sign=one.sign, what=one.what, where=one.where, old=one.old, new=one.new)
                for one in some
            ]
            for name, some in found.flows.items()
        },
        lines={name: kept.lines(old, new, name, around) for name in found.flows},
        others=[
            ChangeOut(sign=one.sign, what=one.what, where=one.name, old="", new="") for one in found.others
        ],
    )


def _zipped(whole: Bundle) -> bytes:
    files = {f"{name}.yaml": one for name, one in whole.manifest.flows.items()}
    files |= {f"sounds/{name}": one for name, one in whole.manifest.sounds.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, digest in files.items():
            archive.writestr(path, whole.contents[digest])
    return out.getvalue()
