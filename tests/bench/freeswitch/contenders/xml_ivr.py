"""FreeSWITCH's own XML menus (the application `ivr`): C code in the call's thread."""

from __future__ import annotations

from dataclasses import dataclass

from tests.bench.freeswitch.contenders.base import Contender, extension

END = "7102"


@dataclass
class XmlIvr(Contender):
    """Two menus of ivr.conf; the second runs an extension inline."""

    name = "xml"
    number = "7002"

    def configuration(self) -> str:
        second = f'<entry action="menu-exec-app" digits="1" param="execute_extension {END} XML public"/>'
        return (
            '<configuration name="ivr.conf"><menus>'
            + self._menu(
                "bench_first", "first.wav", '<entry action="menu-sub" digits="1" param="bench_second"/>'
            )
            + self._menu("bench_second", "second.wav", second)
            + "</menus></configuration>"
        )

    def _menu(self, name: str, file: str, entry: str) -> str:
        return (
            f'<menu name="{name}" greet-long="{self.place.sounds}/{file}" timeout="5000"'
            f' inter-digit-timeout="2000" max-failures="20" max-timeouts="20" digit-len="1">{entry}</menu>'
        )

    def extension(self) -> str:
        end = extension(END, ("playback", f"{self.place.sounds}/third.wav"), ("hangup", ""))
        return extension(self.number, ("answer", ""), ("ivr", "bench_first")) + end
