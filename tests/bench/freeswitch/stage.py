"""One private FreeSWITCH with all contenders on it, so that they are measured on the same switch.

Its configuration is that of the project's own tests, with what each contender brings along put in.
"""

from __future__ import annotations

import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.freeswitch import sounds
from tests.bench.freeswitch.contenders.base import Contender, Place
from tests.bench.freeswitch.contenders.greenswitch_inbound import GreenswitchInbound
from tests.bench.freeswitch.contenders.greenswitch_outbound import GreenswitchOutbound
from tests.bench.freeswitch.contenders.ivory import Ivory
from tests.bench.freeswitch.contenders.lua import Lua
from tests.bench.freeswitch.contenders.xml_ivr import XmlIvr
from tests.freeswitch.instance import Instance, find

ALL: dict[str, Callable[[Place], Contender]] = {
    "ivory": Ivory,
    "lua": Lua,
    "xml": XmlIvr,
    "gs-outbound": GreenswitchOutbound,
    "gs-inbound": GreenswitchInbound,
}


class Switch(Instance):
    """A FreeSWITCH whose configuration has room for contenders."""

    contenders: Sequence[Contender] = ()

    def template(self) -> str:
        # The project's allow-list shuts Lua out, as a script may start programs; here it is to be measured.
        lines = super().template().splitlines(keepends=True)
        text = "".join(line for line in lines if "interface-allowlist.xml" not in line)
        modules = "".join(f'<load module="{module}"/>' for one in self.contenders for module in one.modules)
        for place, added in (
            ("<modules>", modules),
            ('<section name="configuration">', "".join(one.configuration() for one in self.contenders)),
            ('<context name="public">', "".join(one.extension() for one in self.contenders)),
        ):
            assert text.count(place) == 1, place
            text = text.replace(place, f"{place}\n{added}")
        return text


@dataclass(frozen=True)
class Stage:
    """A running switch and its running contenders, by name."""

    folder: Path
    switch: Switch
    contenders: dict[str, Contender]

    @property
    def switch_pid(self) -> int:
        assert self.switch.process is not None
        return self.switch.process.pid


@contextmanager
def stage(names: Sequence[str], known: Mapping[str, Callable[[Place], Contender]] = ALL) -> Iterator[Stage]:
    """Start a FreeSWITCH and the contenders `names` of those `known`; when it is left everything ends and its
    folder goes."""
    binary = find()
    if binary is None:
        raise SystemExit("no FreeSWITCH: set FREESWITCH_PREFIX or put `freeswitch` on PATH")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all is ended also then
    with ExitStack() as ending:
        folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="ivory-bench-")))
        sounds.write(folder / "sounds")
        switch = Switch(binary, folder / "switch")
        place = Place(folder, folder / "sounds", switch)
        contenders = {name: known[name](place) for name in names}
        switch.contenders = list(contenders.values())
        ending.callback(switch.stop)
        switch.start()
        for contender in contenders.values():
            ending.callback(contender.stop)
            contender.start()
        yield Stage(folder, switch, contenders)
