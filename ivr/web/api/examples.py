"""Examples of bodies for those who write a program: what a request brings most often, by its `operationId`.

A test holds each against the model of its request, so that none grows old.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_FLOW: Final = """\
id: support
languages: [en-US]
nodes:
  greet: {type: play, prompt: Welcome., next: people}
  people: {type: agent, group: service, failed: sorry}
  sorry: {type: hangup, prompt: Everybody is busy. Please call again.}
"""
_TESTS: Final = """\
flow: support
cases:
  somebody answers:
    steps: [{hear: Welcome.}]
"""
_PLAN: Final = """\
skills: [billing]
groups:
  billing: {require: [billing]}
agents:
  "1001": {name: Li Lei, skills: {billing: 8}, groups: [billing]}
"""
_HOURS: Final = {"timezone": "Asia/Shanghai", "mon-fri": "09:00-18:00", "holidays": ["CN"]}
_CUSTOMER: Final = {
    "numbers": ["+8613800000000"], "name": "韩梅梅", "company": "Garden Street 7", "tags": ["early"],
    "agent": "1001", "language": "zh-CN", "attributes": {"account": "1234567890"},
}  # fmt: skip
_LISTEN: Final = {"an extension listens": {"at": "2001"}}
_GROUP: Final = {
    "title": {"zh-CN": "账单组", "en-US": "Billing"}, "require": {"billing": 5}, "ring": "15s",
    "service_level": "80% in 20s", "agents": [{"agent": "1001", "level": 1, "position": 1}],
}  # fmt: skip
_AGENT: Final = {
    "name": "Li Lei", "skills": {"billing": 8, "en-US": 5}, "extension": "1001", "pin": "4711",
    "groups": [{"group": "billing", "level": 1, "position": 1}],
}  # fmt: skip
_WEBHOOK: Final = {"url": "https://crm.example/hooks/ivory", "events": ["contact.*", "call.ended"]}

BODIES: Final[Mapping[str, Mapping[str, Any]]] = {
    "agent_orders_barge": _LISTEN,
    "agent_orders_break": {"lunch": {"reason": "lunch"}},
    "agent_orders_consult": {
        "a colleague": {"to": {"agent": "1002"}},
        "an outside number": {"to": {"number": "+861012345678"}},
    },
    "agent_orders_dial": {"a customer": {"number": "+8613800000000"}},
    "agent_orders_dispose": {"solved": {"code": "solved", "note": "paid by card"}},
    "agent_orders_extend": {"a minute more": {"seconds": 60}},
    "agent_orders_force_break": {"training": {"reason": "training"}},
    "agent_orders_intercept": _LISTEN,
    "agent_orders_monitor": _LISTEN,
    "agent_orders_sign_in": {"calls and chats": {"ready": True, "channels": ["voice", "chat"]}},
    "agent_orders_transfer": {
        "another group": {"to": {"group": "outage"}},
        "a flow": {"to": {"flow": "survey"}},
    },
    "agent_orders_whisper": _LISTEN,
    "agents_add": {"an agent of billing": {"id": "1001", **_AGENT}},
    "agents_levels": {"two cells": {"agents": {"1001": {"billing": 8, "outage": 0}}, "message": "trained"}},
    "agents_put": {"an agent of billing": {**_AGENT, "pin": "kept"}},
    "calendars_draft": {"an office in December": {"hours": _HOURS, "month": "2026-12"}},
    "calendars_force": {
        "closed for today": {"state": "closed", "until": "2026-12-24T18:00:00+08:00", "reason": "storm"}
    },
    "calendars_put": {"an office": {"hours": _HOURS, "note": "since May"}},
    "contacts_add": {
        "a chat": {
            "channel": "chat",
            "group": "billing",
            "customer": "+8613800000000",
            "subject": "the bill of May",
            "link": "https://chat.example/8f3a",
        },
    },
    "contacts_describe": {
        "a note": {"subject": "the bill of May", "attributes": {"invoice": "2026-05-0417"}}
    },
    "contacts_prioritise": {"before others": {"priority": 10}},
    "customers_add": {"a person": _CUSTOMER},
    "customers_assign": {"a second number": {"number": "+861012345678"}},
    "customers_merge": {"somebody known twice": {"other": "+861012345678"}},
    "customers_put": {"a person": _CUSTOMER},
    "flow_beginnings_add": {
        "from a template": {"name": "support", "template": "hotline", "languages": ["zh-CN", "en-US"]}
    },
    "flow_checks_check": {"a flow": {"text": _FLOW}},
    "flow_checks_fix": {"a flow": {"text": _FLOW}},
    "flow_releases_publish": {
        "for everybody": {"message": "Sunday hours"},
        "a canary": {"percent": 10, "coverage": 80, "message": "new menu"},
    },
    "flow_releases_share": {"more of the callers": {"percent": 50}},
    "flow_tests_check": {"a case": {"text": _TESTS}},
    "flow_tests_put": {"a case": {"text": _TESTS}},
    "flow_tests_run": {"as saved": {}, "before it is saved": {"text": _FLOW, "tests": _TESTS}},
    "flows_put": {"a flow": {"text": _FLOW}},
    "flows_rename": {"another name": {"name": "support_2027"}},
    "groups_add": {"a group": {"id": "billing", **_GROUP}},
    "groups_put": {"a group": _GROUP},
    "live_calls_assign": {"a variable": {"variables": {"account": "1234567890"}}},
    "live_calls_hang_up": {"the usual end": {"cause": "NORMAL_CLEARING"}},
    "live_calls_signal": {
        "what was waited for": {"key": "payment", "data": {"paid": True}, "id": "pay-0417"}
    },
    "live_calls_start": {
        "a reminder": {
            "number": "+8613800000000",
            "flow": "reminder",
            "variables": {"name": "韩梅梅"},
            "ring": 30,
        },
    },
    "me_change": {"in Chinese, dark": {"language": "zh", "theme": "dark"}},
    "numbers_add": {
        "a number": {"number": "95598", "flow": "hotline"},
        "many": {"number": "80XX", "flow": "hotline"},
    },
    "numbers_put": {"a number": {"flow": "hotline", "language": "en-US", "note": "the fair in May"}},
    "routing_check": {"a plan": {"text": _PLAN}},
    "routing_put": {"a plan": {"text": _PLAN, "message": "Li Lei joins"}},
    "simulation_simulate": {
        "one agent learns more": {"skills": {"1001": {"billing": 9}}, "seconds": 5},
        "twice the callers": {
            "loads": {"billing": {"rate": "200/h", "aht": "3m", "patience": "2m"}},
            "seconds": 5,
        },
    },
    "skills_put": {"a skill": {"title": {"zh-CN": "账单", "en-US": "Billing"}}},
    "tokens_add": {
        "a program that reads calls": {"name": "reporting", "scopes": ["calls:read", "recordings:read"]}
    },
    "users_add": {
        "a supervisor": {"name": "li.lei", "display": "李雷", "role": "supervisor", "agent": "1001"}
    },
    "users_put": {"a supervisor": {"display": "李雷", "role": "supervisor", "language": "zh"}},
    "webhook_deliveries_resend": {"all that was given up": {"events": None}},
    "webhook_sources_add": {"a CRM": {"name": "crm", "description": "payments"}},
    "webhook_sources_put": {"not believed for now": {"description": "payments", "enabled": False}},
    "webhook_sources_rotate": {"a day of overlap": {"overlap": 24}},
    "webhooks_add": {"contacts and calls": {"id": "crm", **_WEBHOOK}},
    "webhooks_disable": {"while it moves": {"reason": "moves to another host"}},
    "webhooks_put": {"contacts and calls": _WEBHOOK},
    "webhooks_rotate": {"a day of overlap": {"overlap": 24}},
}
"""Titles and bodies. None holds a secret: those are made by the installation."""
