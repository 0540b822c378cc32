"""What the checks look at: the settings, and FreeSWITCH with what it tells of itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

import gevent

from ivr.addresses import loopback
from ivr.doctor import host
from ivr.doctor.line import Line
from ivr.errors import SwitchError
from ivr.esl import commands, resync
from ivr.settings import Settings

if TYPE_CHECKING:
    from lxml.etree import _Element

Given = ParamSpec("Given")
Result = TypeVar("Result")


class Patient:
    """One Ivory and its FreeSWITCH.

    Args:
        line: an open line; None when FreeSWITCH was not reached, and `trouble` says why.
    """

    def __init__(
        self, settings: Settings, line: Line | None = None, trouble: SwitchError | None = None
    ) -> None:
        self.settings = settings
        self._line, self.trouble = line, trouble

    @property
    def line(self) -> Line:
        """The line. Raises SwitchError when there is none."""
        if self._line is None:
            raise self.trouble or SwitchError("nobody has connected to FreeSWITCH")
        return self._line

    @property
    def address(self) -> str:
        switch = self.settings.switch
        return f"[{switch.host}]:{switch.port}" if ":" in switch.host else f"{switch.host}:{switch.port}"

    @property
    def local(self) -> bool:
        """Whether the settings name FreeSWITCH by an address of this machine's own."""
        return loopback(self.settings.switch.host)

    @property
    def apart(self) -> str:
        """Why FreeSWITCH shares no folder with Ivory, if it fetches and delivers over HTTP; or empty."""
        url = self.settings.files.url
        return f"files go over HTTP ({url}), no folder is shared" if url else ""

    def ask(self, name: str, *words: str) -> str:
        """What an API command printed. Raises SwitchError."""
        return self.line.api(commands.api(name, *words))

    def rows(self, *words: str) -> list[dict[str, str]]:
        """The rows of `show <words> as json`. Raises SwitchError."""
        return resync.rows(self.ask("show", *words, "as", "json"))

    def xml(self, *words: str) -> _Element | None:
        """What `xml_locate <words>` finds in FreeSWITCH's configuration as it is loaded; None for nothing.

        Raises SwitchError."""
        from lxml import etree

        text = self.ask("xml_locate", *words)
        if not text.startswith("<"):
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=True)
        return etree.fromstring(text.encode(), parser)

    def configuration(self, name: str) -> _Element | None:
        """A module's configuration, such as `sofia.conf`. Raises SwitchError."""
        return self.xml("configuration", "configuration", "name", name)

    def has_module(self, name: str) -> bool:
        """Whether FreeSWITCH has loaded a module. Raises SwitchError."""
        return self.ask("module_exists", name).strip() == "true"

    @cached_property
    def version(self) -> tuple[int, ...]:
        """FreeSWITCH's version as numbers, (0,) when it is not written as one. Raises SwitchError."""
        numbers = self.ask("version", "short").partition("-")[0].strip().split(".")
        return tuple(map(int, numbers)) if all(map(str.isdigit, numbers)) else (0,)

    @cached_property
    def process(self) -> host.Process | None:
        """FreeSWITCH's process, when it runs where it can be seen from here. Raises SwitchError."""
        return host.process(self.ask("global_getvar", "run_dir")) if self.local else None

    def aside(self, function: Callable[Given, Result], *args: Given.args, **kwargs: Given.kwargs) -> Result:
        """Run what may block (a disk, a database, the processor) in a thread, so that time-outs go on.

        Raises what it raises."""

        def guarded() -> tuple[Result | None, Exception | None]:
            try:
                return function(*args, **kwargs), None
            except Exception as error:  # the pool would print it, beside handing it over
                return None, error

        result, error = gevent.get_hub().threadpool.apply(guarded)
        if error is not None:
            raise error
        return cast(Result, result)
