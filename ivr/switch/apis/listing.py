"""API commands that list what is going on: show channels, show calls."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from ivr.switch.apis.table import api, usage
from ivr.switch.text import separate

if TYPE_CHECKING:
    from ivr.switch.channel import Channel
    from ivr.switch.switch import Switch

Row = dict[str, str]
_SHOW = (
    "codec|endpoint|application|api|dialplan|file|timer|calls [count]|channels [count|like <match string>]"
    "|calls|detailed_calls|bridged_calls|detailed_bridged_calls|aliases|complete|chat|management|modules|nat_map|say"
    "|interfaces|interface_types|tasks|limits|status"
)
_BITS = {"PCMU": "64000", "L16": "128000"}


@api("show")
def show(switch: Switch, argument: str) -> str:
    """`show channels|calls [count] [like <text>] [as json]`."""
    words = separate(argument)
    what = words[0].lower() if words else ""
    if what not in {"channels", "calls", "bridged_calls"}:
        return usage(_SHOW)
    rest = [word.lower() for word in words[1:]]
    as_json = rest[-2:] == ["as", "json"]
    if what == "channels":
        rows = [channel_row(channel) for channel in _shown(switch)]
    else:
        rows = [call_row(channel) for channel in _shown(switch) if _leads(channel)]
        if what == "bridged_calls":
            rows = [row for row in rows if row["b_uuid"]]
    if "like" in rest[:-1]:
        text = words[1 + rest.index("like") + 1].lower()
        rows = [row for row in rows if any(text in value.lower() for value in row.values())]
    if "count" in rest:
        counted = json.dumps({"row_count": len(rows), "rows": []}, separators=(",", ":"))
        return counted if as_json and rows else _json(rows) if as_json else f"\n{len(rows)} total.\n"
    return _json(rows) if as_json else _csv(rows)


def _shown(switch: Switch) -> list[Channel]:
    return [channel for channel in switch.channels.values() if channel.running_state != "CS_NONE"]


def _leads(channel: Channel) -> bool:
    """Whether a channel stands for its call: the second leg of a bridge is told in the first one's row."""
    return channel.bridged_to is None or channel.bridge_role != "originatee"


def _json(rows: list[Row]) -> str:
    if not rows:
        return '{"row_count": 0}\n'
    return json.dumps({"row_count": len(rows), "rows": rows}, ensure_ascii=False, separators=(",", ":"))


def _csv(rows: list[Row]) -> str:
    if not rows:
        return "\n0 total.\n"
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    return "\n".join(lines) + f"\n\n{len(rows)} total.\n"


def _stamp(channel: Channel) -> tuple[str, str]:
    epoch = channel.profile.created // 1_000_000
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(epoch)), str(epoch)


def channel_row(channel: Channel) -> Row:
    """One row of `show channels`."""
    profile, variables = channel.profile, channel.variables
    created, epoch = _stamp(channel)
    codec = variables.get("read_codec") or ""
    bits = _BITS.get(codec, "")
    other = channel.bridged_to
    return {
        "uuid": channel.uuid,
        "direction": profile.direction,
        "created": created,
        "created_epoch": epoch,
        "name": channel.name,
        "state": channel.running_state,
        "cid_name": profile.name,
        "cid_num": profile.number,
        "ip_addr": profile.network_addr,
        "dest": profile.destination,
        "application": variables.get("current_application") or "",
        "application_data": variables.get("current_application_data") or "",
        "dialplan": profile.dialplan,
        "context": profile.context,
        "read_codec": codec,
        "read_rate": "8000",
        "read_bit_rate": bits,
        "write_codec": codec,
        "write_rate": "8000",
        "write_bit_rate": bits,
        "secure": "",
        "hostname": channel.switch.bus.hostname,
        "presence_id": "",
        "presence_data": "",
        "accountcode": "",
        "callstate": channel.call_state,
        "callee_name": profile.callee_name,
        "callee_num": profile.callee_number,
        "callee_direction": "SEND" if other else "",
        "call_uuid": channel.call_uuid if other or not channel.inbound else "",
        "sent_callee_name": other.profile.callee_name if other else "",
        "sent_callee_num": other.profile.callee_number if other else "",
        "initial_cid_name": profile.name,
        "initial_cid_num": profile.number,
        "initial_ip_addr": profile.network_addr,
        "initial_dest": profile.destination,
        "initial_dialplan": profile.dialplan,
        "initial_context": profile.context,
    }


_SHARED = [
    *(
        "uuid",
        "direction",
        "created",
        "created_epoch",
        "name",
        "state",
        "cid_name",
        "cid_num",
        "ip_addr",
        "dest",
    ),
    *(
        "presence_id",
        "presence_data",
        "accountcode",
        "callstate",
        "callee_name",
        "callee_num",
        "callee_direction",
    ),
]


def call_row(channel: Channel) -> Row:
    """One row of `show calls`: a channel, and the one it is bridged to."""
    mine = channel_row(channel)
    other = channel.bridged_to
    theirs = channel_row(other) if other else dict.fromkeys(mine, "")
    row = {name: mine[name] for name in _SHARED}
    row |= {name: mine[name] for name in ("call_uuid", "hostname", "sent_callee_name", "sent_callee_num")}
    row |= {f"b_{name}": theirs[name] for name in (*_SHARED, "sent_callee_name", "sent_callee_num")}
    bridged = channel.profile.times.bridged // 1_000_000 if other else 0
    row["call_created_epoch"] = str(bridged) if bridged else ""
    return row
