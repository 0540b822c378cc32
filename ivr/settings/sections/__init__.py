"""The sections of the settings, one file each; `ivr.settings.table` puts them together."""

from ivr.settings.sections.acd import Acd
from ivr.settings.sections.asr import Asr
from ivr.settings.sections.calls import Calls
from ivr.settings.sections.files import Files
from ivr.settings.sections.flows import Flows
from ivr.settings.sections.http import Http
from ivr.settings.sections.log import Log
from ivr.settings.sections.ops import Ops
from ivr.settings.sections.phone import Phone
from ivr.settings.sections.speech import Speech
from ivr.settings.sections.store import Store
from ivr.settings.sections.switch import Switch
from ivr.settings.sections.web import Web
from ivr.settings.sections.webhooks import Webhooks

__all__ = [
    "Acd",
    "Asr",
    "Calls",
    "Files",
    "Flows",
    "Http",
    "Log",
    "Ops",
    "Phone",
    "Speech",
    "Store",
    "Switch",
    "Web",
    "Webhooks",
]
