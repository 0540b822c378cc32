"""From drafts to a version in service, and back: the decisions people take about flows.

What a flow wishes for is bound with the decision that puts it in service, both or neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ivr import registry
from ivr.errors import FlowError, IvoryError
from ivr.flow import loader
from ivr.flow.bundle import Bundle, Manifest, closure, digest
from ivr.flow.heard import recorded_sounds
from ivr.flow.model import LoadedFlow
from ivr.flow.releases import Kind, Release, Serving, fold, former
from ivr.store import numbers, versions
from ivr.store.bindings import Change
from ivr.store.database import Store
from ivr.store.numbers import Wish


def gather(name: str, flows: Mapping[str, LoadedFlow], sounds: Path) -> Bundle:
    """The version of a flow as its files are now.

    Args:
        flows: drafts that may serve.
        sounds: the folder of recorded sounds.

    Raises:
        IvoryError: a file cannot be read, or has changed since `flows` were.
    """
    found = closure(name, flows)
    texts = {one: _read(Path(loaded.file)) for one, loaded in found.items()}
    for one, loaded in found.items():
        if not digest(texts[one]).startswith(loaded.version):
            raise IvoryError(f"{loaded.file} has just been changed", hint="try again")
    return Bundle.of(name, texts, {file: _read(sounds / file) for file in recorded_sounds(found)})


def overruled(tests: str) -> str:
    """What the log says of tests that do not pass, and did not keep a version from its callers."""
    return f"published although its tests do not pass: {tests}"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise IvoryError(f"{path} cannot be read: {error.strerror}") from None


@dataclass(frozen=True)
class Desk:
    """Where decisions about one flow are noted.

    Args:
        by: who decides.
    """

    store: Store
    flow: str
    by: str

    @property
    def log(self) -> Sequence[Release]:
        """All releases so far, in order."""
        return versions.releases(self.store, self.flow)

    def serving(self) -> Serving:
        """What serves now."""
        return fold(self.log).get(self.flow, Serving())

    def publish(
        self, bundle: Bundle, *, percent: int = 100, message: str = "", tests: str = ""
    ) -> Release | None:
        """Put a version in service, for all callers or as a canary for `percent` of them; None when it
        already is so.

        Raises:
            IvoryError: there is nothing yet beside which a canary could serve, or the store cannot.
        """
        log = self.log
        now = fold(log).get(self.flow, Serving())
        if percent < 100 and not now.version:
            raise IvoryError(
                f"no version of {self.flow} serves yet, so that all callers come to this one",
                hint="publish it without --canary",
            )
        if percent < 100 and now.version == bundle.id:
            raise IvoryError(f"version {bundle.id} of {self.flow} serves all callers already")
        if now == Serving(bundle.id) or (now.canary, now.percent) == (bundle.id, percent):
            return None
        kind: Kind = "publish" if percent == 100 else "canary"
        release = self._release(kind, bundle.id, len(log), percent, message, tests)
        with self.store.errors(), self.store.db.atomic():
            versions.keep(self.store, bundle, release)
            self._bind(release)
        return release

    def share(self, percent: int, message: str = "") -> Release:
        """Give the canary another share of the callers; 0 ends it. Raises IvoryError: there is none."""
        log = self.log
        canary = fold(log).get(self.flow, Serving()).canary
        if not canary:
            raise IvoryError(
                f"{self.flow} has no canary", hint=f"`ivr flow publish {self.flow} --canary {percent or 10}`"
            )
        return self._note("canary", canary, len(log), percent, message)

    def promote(self, message: str = "") -> Release:
        """Let the canary serve all callers. Raises IvoryError: there is none."""
        log = self.log
        canary = fold(log).get(self.flow, Serving()).canary
        if not canary:
            raise IvoryError(f"{self.flow} has no canary to promote")
        return self._note("promote", canary, len(log), 100, message)

    def rollback(self, version: str = "", message: str = "") -> Release:
        """Go back to `version` (its first signs will do), or to the one that served before; a canary ends.

        Raises:
            IvoryError: there is no such version, several begin so, or it serves already.
        """
        log = self.log
        wanted = self.find(version) if version else former(log)
        if not wanted:
            hint = f"`ivr flow rollback {self.flow} VERSION` takes any of `ivr flow log {self.flow}`"
            raise IvoryError(f"no other version of {self.flow} served before", hint=hint if log else "")
        if fold(log).get(self.flow) == Serving(wanted):
            raise IvoryError(f"version {wanted} of {self.flow} serves already")
        return self._note("rollback", wanted, len(log), 100, message)

    def retire(self, message: str = "") -> Release:
        """Take the flow out of service for new callers. Raises IvoryError: it is not in service."""
        log = self.log
        now = fold(log).get(self.flow, Serving())
        if not now.version:
            raise IvoryError(f"no version of {self.flow} is in service")
        return self._note("retire", now.version, len(log), 0, message)

    def find(self, version: str) -> str:
        """The version that begins with these signs. Raises IvoryError: none does, or several."""
        found = [one for one in versions.made(self.store, self.flow) if one.startswith(version)]
        if len(found) != 1:
            what = "no" if not found else "more than one"
            raise IvoryError(
                f'{self.flow} has {what} version "{version}"', hint=f"`ivr flow log {self.flow}` lists them"
            )
        return found[0]

    def wishes(self) -> list[Wish]:
        """What the rows of numbers make of the wishes of the version that serves; a number that another flow
        has is not taken from it, and one that was switched off stays off."""
        version = self.serving().version
        return numbers.standing(self.store, self.flow, self._wishes(version)) if version else []

    def behind(self, bundle: Bundle) -> list[str]:
        """Other flows in service that took an earlier copy of this one along: their callers meet that."""
        found: list[str] = []
        for name, serving in fold(versions.releases(self.store)).items():
            manifest = versions.manifest(self.store, serving.version) if serving.version else None
            mine = bundle.manifest.flows[self.flow]
            if name != self.flow and manifest and manifest.flows.get(self.flow, mine) != mine:
                found.append(name)
        return found

    def _note(self, kind: Kind, version: str, turns: int, percent: int, message: str) -> Release:
        release = self._release(kind, version, turns, percent, message)
        with self.store.errors(), self.store.db.atomic():
            versions.add(self.store, release)
            self._bind(release)
        return release

    def _bind(self, release: Release) -> None:
        """Make rows of what the flow wishes for from now on. A canary has the numbers of the version beside
        it."""
        if release.kind != "canary":
            wishes = () if release.kind == "retire" else self._wishes(release.version)
            numbers.seed(self.store, self.flow, wishes, Change(self.by, release.at))

    def _wishes(self, version: str) -> tuple[str, ...]:
        """The numbers that a version wishes for; none where this Ivory cannot read it."""
        manifest: Manifest | None = versions.manifest(self.store, version)
        if manifest is None:
            return ()
        one = manifest.flows[self.flow]
        text = versions.contents(self.store, [one])[one]
        try:
            flow, _ = loader.load(text, self.flow, registry.load_all("ivr.nodes"))
        except FlowError:
            return ()
        return flow.flow.numbers

    def _release(
        self, kind: Kind, version: str, turns: int, percent: int, message: str, tests: str = ""
    ) -> Release:
        now = datetime.now(UTC)
        return Release(self.flow, turns + 1, kind, version, now, percent, self.by, message, tests)
