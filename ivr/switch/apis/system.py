"""API commands about the switch itself: status, version, uptime, modules, ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.switch.apis.table import api, usage

if TYPE_CHECKING:
    from ivr.switch.switch import Switch

VERSION = "1.11.3-ivory"
_MAX_RATE = 30
_MAX_SESSIONS = 1000
_LOADED = """
    mod_commands mod_console mod_dptools mod_event_socket mod_hash mod_local_stream mod_logfile
    mod_loopback mod_sndfile mod_sofia mod_tone_stream
"""
_MODULES = frozenset(_LOADED.split())


@api("status")
def status(switch: Switch, _argument: str) -> str:
    """A summary for people."""
    now, peak, total = len(switch.channels), switch.peak, switch.sessions
    return (
        f"UP {uptime_words(switch.uptime())}\n"
        f"FreeSWITCH (Version {VERSION} embedded 64bit) is ready\n"
        f"{total} session(s) since startup\n"
        f"{now} session(s) - peak {peak}, last 5min {peak} \n"
        f"0 session(s) per Sec out of max {_MAX_RATE}, peak 0, last 5min 0 \n"
        f"{_MAX_SESSIONS} session(s) max\n"
        "min idle cpu 0.00/100.00\n"
        "Current Stack Size/Max 240K/8192K\n"
    )


def uptime_words(seconds: float) -> str:
    """`0 years, 0 days, …`, as the status and HEARTBEAT say it."""
    whole, micro = int(seconds), int(seconds * 1_000_000) % 1_000_000
    years, rest = divmod(whole, 365 * 86400)
    days, rest = divmod(rest, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, secs = divmod(rest, 60)
    parts = [
        (years, "year"),
        (days, "day"),
        (hours, "hour"),
        (minutes, "minute"),
        (secs, "second"),
        (micro // 1000, "millisecond"),
        (micro % 1000, "microsecond"),
    ]
    return ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in parts)


@api("version")
def version(_switch: Switch, argument: str) -> str:
    """The version; `version short` gives its number alone."""
    if argument == "short":
        return f"{VERSION}\n"
    return f"FreeSWITCH Version {VERSION}~64bit (embedded 64bit)\n"


@api("uptime")
def uptime(switch: Switch, argument: str) -> str:
    """Seconds since the start; `ms` and `us` for finer ones."""
    scale = {"": 1, "s": 1, "ms": 1000, "us": 1_000_000}.get(argument)
    return (
        f"{int(switch.uptime() * scale)}\n"
        if scale
        else usage("[us|ms|s|m|h|d|microseconds|milliseconds|seconds|minutes|hours|days]")
    )


@api("create_uuid")
def create_uuid(switch: Switch, _argument: str) -> str:
    """A random id."""
    return switch.new_uuid()


@api("module_exists")
def module_exists(_switch: Switch, argument: str) -> str:
    """Whether a module is loaded: those whose work the switch does."""
    return "true" if argument in _MODULES else "false"


@api("reloadxml")
def reloadxml(_switch: Switch, _argument: str) -> str:
    """There is no XML to load again; that goes well."""
    return "+OK [Success]\n"


@api("hostname")
def hostname(switch: Switch, _argument: str) -> str:
    """The machine's name."""
    return switch.bus.hostname


@api("echo")
def echo(_switch: Switch, argument: str) -> str:
    """What it is given."""
    return argument
