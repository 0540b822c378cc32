"""What makes a house look lived in: one thing of each kind, made through the API, and a call that walked."""

from __future__ import annotations

import json
from typing import Any

ASK = """async ([method, path, body]) => {
  const token = document.querySelector('[name=csrf-token]').content;
  const headers = {'Content-Type': 'application/json', 'X-CSRF-Token': token};
  const answer = await fetch(path, {method, headers, body: body && JSON.stringify(body)});
  return [answer.status, await answer.text()];
}"""
HOURS = {
    "timezone": "Asia/Shanghai",
    "mon-fri": "08:30-12:00, 13:30-18:00",
    "sat": "09:00-12:00",
    "holidays": "CN",
}
THINGS = (
    (
        "POST", "/api/v1/numbers",
        {"number": "4006008888", "flow": "hotline", "language": "en-US", "note": "访客"},
    ),
    ("PUT", "/api/v1/calendars/counter", {"hours": HOURS, "note": "大厅柜台"}),
    ("POST", "/api/v1/users", {"name": "li.lei", "display": "李雷", "role": "supervisor", "agent": "1002"}),
    ("POST", "/api/v1/tokens", {"name": "报表", "scopes": ["calls:read", "live:read"]}),
    ("POST", "/api/v1/webhook-sources", {"name": "shop", "description": "商店付款"}),
    (
        "POST", "/api/v1/webhooks",
        {
            "id": "ledger", "url": "https://ledger.invalid/hooks", "events": ["call.*"],
            "description": "账本",
        },
    ),
    (
        "POST", "/api/v1/customers",
        {
            "id": "C-1001", "numbers": ["+8613800138000"], "name": "李伟", "company": "花园街 4 号",
            "vip": True, "language": "zh-CN", "tags": ["居民"], "attributes": {"meter": "88-204"},
        },
    ),
)  # fmt: skip
CALLED = "/api/v1/calls?flow=hotline&limit=1"
SECONDS = 30_000


def ask(page: Any, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Ask the API as whoever is signed in at a page."""
    status, text = page.evaluate(ASK, [method, path, body])
    return status, json.loads(text) if text else None


def furnish(page: Any) -> str:
    """Put one thing of each kind into the house, and call once; the call's id."""
    for method, path, body in THINGS:
        status, answer = ask(page, method, path, body)
        assert status in (200, 201), (path, answer)
    page.goto("/flows/hotline")
    page.click("[data-try]")
    page.click("ivory-phone .phone-actions .primary")
    page.wait_for_selector("ivory-graph .here[data-node=main]", timeout=SECONDS)
    page.click("[data-phone-key='1']")
    page.wait_for_selector("ivory-graph .here[data-node=account]", timeout=SECONDS)
    page.click("ivory-phone .phone-actions .danger")
    page.wait_for_selector("ivory-phone[data-state=closed]", timeout=SECONDS)
    for _ in range(100):
        calls = ask(page, "GET", CALLED)[1]["calls"]
        if calls and calls[0]["call"]["ended"]:
            return str(calls[0]["call"]["id"])
        page.wait_for_timeout(100)
    raise AssertionError("the call did not end")
