"""FreeSWITCH's dialplan as files: what hands calls to Ivory, put into a configuration and taken out again.

`propose` says what would change, `apply` writes it, `restore` takes it back, `check` looks whether it still
holds. Everything works on files alone; telling a running FreeSWITCH to read them is the caller's business.
"""

from __future__ import annotations

from ivr.dialplan.check import check
from ivr.dialplan.install import apply, propose
from ivr.dialplan.note import Note
from ivr.dialplan.plan import Plan
from ivr.dialplan.uninstall import restore

__all__ = ["Note", "Plan", "apply", "check", "propose", "restore"]
