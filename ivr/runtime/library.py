"""Which flow serves a caller: the version that was published, or the draft where none ever was.

A call takes its flows as they are when it arrives and keeps them, whatever is published meanwhile, and also
when another worker takes it over.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from ivr.dids import Table
from ivr.errors import IvoryError
from ivr.flow.model import LoadedFlow
from ivr.flow.releases import Serving
from ivr.log import get
from ivr.registry import did_you_mean
from ivr.runtime.drafts import Drafts
from ivr.runtime.published import Published
from ivr.runtime.reading import NO_FLOWS, Flows
from ivr.runtime.state import check, origin, unpack
from ivr.runtime.trials import Trials

log = get(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a call begins: a flow's name, among all the flows the call may meet; and the language that the
    called number has, empty: the flow's own."""

    start: str
    flows: Flows
    language: str = ""


class Library:
    """The flows in service.

    Args:
        drafts: the folder of files.
        published: the versions; None: files are all there is.
        serve_drafts: whether a flow that was never published serves as its file is.
        on_change: told of all flows in service, each under a name of its own, before calls get them.
        numbers: the rows of numbers in force, which go before what flows wish for.
    """

    def __init__(
        self,
        drafts: Drafts,
        published: Published | None = None,
        *,
        serve_drafts: bool = True,
        on_change: Callable[[Mapping[str, LoadedFlow]], None] = lambda _flows: None,
        numbers: Callable[[], Table] = Table,
    ) -> None:
        self.flows: Flows = NO_FLOWS
        self._drafts = drafts
        self._published = published
        self._serve_drafts = serve_drafts
        self._on_change = on_change
        self._rows = numbers
        self._trials: Trials[Entry] = Trials(time.monotonic)
        self._entries: Mapping[str, Entry] = MappingProxyType({})
        self._wishes: Mapping[str, str] = MappingProxyType({})

    def refresh(self) -> bool:
        """Look at the files and at what is published; returns whether anything changed.

        Raises:
            IvoryError: the folder of files cannot be read; said once, until it can be read again.
        """
        published = self._published is not None and self._published.refresh()
        try:
            changed = self._drafts.refresh() or published
        except Exception:
            if published:
                self._arrange()
            raise
        if changed:
            self._arrange()
        return changed

    def choose(self, wish: str, dnis: str, caller: str = "") -> Entry | None:
        """Where a call begins: the flow that is named, else the one that the called number leads to, or that
        wishes for it.

        Args:
            caller: who calls; the same caller comes to the same version.
        """
        if trial := self._trials.find(dnis):
            return trial
        name, language = (wish, "") if wish in self._entries else self._called(dnis)
        if name not in self._entries:
            return None
        serving = self._serving().get(name, Serving())
        version = serving.choose(name, caller)
        if self._published and version != serving.version and (flows := self._published.flows(version)):
            return Entry(name, flows, language)
        return replace(self._entries[name], language=language)

    def _called(self, dnis: str) -> tuple[str, str]:
        """The flow that a called number leads to, empty where that is none, and the number's language."""
        chosen = self._rows().choose(dnis, self._wishes)
        if chosen is None:
            return "", ""
        if chosen.flow not in self._entries:
            log.warning("number leads nowhere", dnis=dnis, row=chosen.number, flow=chosen.flow or "off")
        return chosen.flow, chosen.language

    def trial(self, name: str) -> tuple[str, str]:
        """What is dialled to hear a flow as its file is now, whatever serves; and the version that is heard.

        Raises:
            IvoryError: there is no such file, or it has mistakes.
        """
        self.refresh()
        flows = self._drafts.flows
        if name in self._drafts.stale:
            raise IvoryError(f"the draft of {name} has mistakes", hint="mend them, then call again")
        if name not in flows:
            raise IvoryError(f'there is no draft of a flow "{name}"', hint=did_you_mean(name, list(flows)))
        return self._trials.give(Entry(name, flows)), flows[name].version

    def newest(self, name: str) -> Flows:
        """A flow as new callers get it, with those it leads to; none where it serves nobody. For a call that
        is sent to a flow which its own does not lead to."""
        entry = self._entries.get(name)
        return entry.flows if entry else NO_FLOWS

    def resume(self, version: str, start: str) -> Flows:
        """The flows of a call that began with `version` of the flow `start`: those it began with where they
        can still be had, else those of today. May wait for the disk or the database."""
        today = self._entries.get(start)
        if today and today.flows[start].version == version:
            return today.flows
        draft = self._drafts.flows.get(start)
        if draft is not None and draft.version == version:
            return self._drafts.flows
        if self._published and (flows := self._published.pinned(version)):
            return flows
        return today.flows if today else self._drafts.flows

    def check(self, kept: str) -> None:
        """Raises IvoryError unless a call that begins with the state `kept` can go on where that stands. May
        wait, as `resume`."""
        state = unpack(kept)
        check(state, self.resume(*origin(state)))

    @property
    def threads(self) -> tuple[int, ...]:
        """The system's numbers of its threads."""
        return self._published.threads if self._published else ()

    def stop(self) -> None:
        """Let the database go."""
        if self._published:
            self._published.stop()

    def _serving(self) -> Mapping[str, Serving]:
        return self._published.serving if self._published else {}

    def _arrange(self) -> None:
        """Put together what serves now."""
        entries: dict[str, Entry] = {}
        heard: dict[str, LoadedFlow] = {}
        if self._serve_drafts:
            drafts = self._drafts.flows
            entries = {name: Entry(name, drafts) for name in drafts}
            heard = dict(drafts)
        for name, serving in self._serving().items():
            entries.pop(name, None)
            for version in serving.versions if self._published else ():
                flows = self._published.flows(version) or NO_FLOWS  # type: ignore[union-attr]  # seen above
                heard |= {f"{one}@{version}": loaded for one, loaded in flows.items()}
                if version == serving.version and name in flows:
                    entries[name] = Entry(name, flows)
        self._on_change(heard)
        self._entries = MappingProxyType(entries)
        self.flows = MappingProxyType({name: entry.flows[name] for name, entry in entries.items()})
        wishes = {number: name for name, loaded in self.flows.items() for number in loaded.flow.numbers}
        self._wishes = MappingProxyType(wishes)
