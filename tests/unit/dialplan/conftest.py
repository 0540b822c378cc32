"""A configuration laid out as FreeSWITCH's own: includes, comments and pitfalls, but small."""

from __future__ import annotations

from pathlib import Path

import pytest

MAIN = """<?xml version="1.0"?>
<document type="freeswitch/xml">
  <!--#comment read first -->
  <X-PRE-PROCESS cmd="include" data="vars.xml"/>
  <section name="configuration">
    <X-PRE-PROCESS cmd="include" data="autoload_configs/*.xml"/>
  </section>
  <section name="dialplan" description="Regex/XML Dialplan">
    <X-PRE-PROCESS cmd="include" data="dialplan/*.xml"/>
  </section>
</document>
"""

VARS = """<include>
  <X-PRE-PROCESS cmd="set" data="company=20"/>
  <!-- <X-NO-PRE-PROCESS cmd="set" data="company=30"/> -->
</include>
"""

PUBLIC = """<!-- callers from outside -->
<include>
  <context name="public">
    <extension name="outside_call" continue="true">
      <condition>
        <action application="set" data="outside_call=true"/>
      </condition>
    </extension>
    <extension name="desks">
      <condition field="destination_number" expression="^(10[01][0-9])$">
        <action application="transfer" data="$1 XML default"/>
      </condition>
    </extension>
    <extension name="by_day">
      <condition wday="2-6" field="destination_number" expression="^7000$">
        <action application="answer"/>
      </condition>
    </extension>
    <X-PRE-PROCESS cmd="include" data="public/*.xml"/>
    <extension name="company_desk">
      <condition field="destination_number" expression="^$${company}00$">
        <action application="answer"/>
      </condition>
    </extension>
    <extension name="everything">
      <condition field="destination_number" expression="^(.*)$">
        <action application="hangup"/>
      </condition>
    </extension>
  </context>
</include>
"""

DID = """<include>
  <extension name="public_did">
    <condition field="destination_number" expression="^(5551212)$">
      <action application="transfer" data="1000 XML default"/>
    </condition>
  </extension>
</include>
"""

LATE_DID = DID.replace("5551212", "5551213").replace("public_did", "late_did")

DEFAULT = """<include>
  <context name="default">
    <extension name="desk"><condition field="destination_number" expression="^1000$"/></extension>
  </context>
</include>
"""


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    """The folder of freeswitch.xml."""
    root = tmp_path / "conf"
    for name, text in {
        "freeswitch.xml": MAIN,
        "vars.xml": VARS,
        "autoload_configs/switch.conf.xml": '<configuration name="switch.conf"><settings/></configuration>\n',
        "dialplan/public.xml": PUBLIC,
        "dialplan/public/00_inbound_did.xml": DID,
        "dialplan/public/zz_did.xml": LATE_DID,
        "dialplan/default.xml": DEFAULT,
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def snapshot(root: Path) -> dict[str, tuple[bytes, int, int, int]]:
    """Every file with its content, mode and owner, and every folder."""
    found = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        found[str(path.relative_to(root))] = (content, status.st_mode, status.st_uid, status.st_gid)
    return found
