"""Which language the callers of a configuration hear: no file says so outright, so it is found from signs.

What the menus themselves speak counts most: a stock configuration names English recordings, whatever a menu
says to its callers. Whoever imports is told what was taken, and from what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ivr.errors import Place
from ivr.flow.types import shortened
from ivr.i18n import is_tag
from ivr.importers.freeswitch.folder import Folder
from ivr.importers.freeswitch.menus import SOUNDS

USUAL = "en-US"
_REGIONS = {"en": "en-US", "zh": "zh-CN"}  # of a language that is named without one
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_OTHER = re.compile("[\u3040-\u30ff\uac00-\ud7af]")  # Japanese and Korean have signs of their own beside Han
_RECORDINGS = re.compile(r"/([a-z]{2})/([a-z]{2})/[^/]+/?$")
_VOICE = re.compile(r"(?<![A-Za-z])([a-z]{2})[-_]([A-Z]{2})(?![A-Za-z])")
_FOLDER = re.compile(r"(?:^|/)lang/([a-z]{2})/")


class Guess(NamedTuple):
    """A language tag, what it was taken from, and where that stands."""

    tag: str
    reason: str
    place: Place


def guess(found: Folder) -> Guess:
    """The callers' language. The configuration has a menu, at least."""
    first = found.menus[0].place
    return next(_signs(found), Guess(USUAL, "as nothing in the files says another", first))


def _signs(found: Folder) -> Iterator[Guess]:
    """What speaks for a language, the strongest first."""
    first = found.menus[0].place
    for text, place in _said(found):
        if _HAN.search(text) and not _OTHER.search(text):
            yield Guess("zh-CN", f'as callers hear "{shortened(text, 30)}"', place)
    prefix = found.conf.variables.get("sound_prefix", "")
    if match := _RECORDINGS.search(prefix):
        yield Guess(f"{match[1]}-{match[2].upper()}", f"as sound_prefix is {shortened(prefix)}", first)
    for name, reason in (
        (found.conf.variables.get("default_language", ""), "as default_language says"),
        (next((one.get("name") for one in found.languages), ""), "as the phrases are"),
    ):
        if is_tag(name):
            yield Guess(_REGIONS.get(name, name), reason, first)
    for menu in found.menus:
        if match := _VOICE.search(menu.get("tts-voice")):
            yield Guess(f"{match[1]}-{match[2]}", "as tts-voice says", menu.at("tts-voice"))
    if match := _FOLDER.search(first.file):
        yield Guess(_REGIONS.get(match[1], match[1]), "as the file's folder says", first)


def _said(found: Folder) -> Iterator[tuple[str, Place]]:
    """What menus say to callers: their own sounds and entries, then phrases that no language is named for."""
    for menu in found.menus:
        for name in SOUNDS:
            yield _words(menu.get(name)), menu.at(name)
        for entry in menu.iter("entry"):
            yield _words(entry.get("param")), entry.at("param")
    for macro in () if found.languages else found.macros:
        for action in macro.iter("action"):
            yield _words(action.get("data")), action.at("data")


def _words(source: str) -> str:
    """What is spoken, without the form that says so."""
    return re.sub(r"^(?:say|speak)[: ](?://)?", "", source.strip()).rpartition("|")[2]
