"""Screen pop: the page that an agent's desk opens, by a template of the endpoint.

`https://crm.example/customer/{{ customer.id | default(contact.ani) }}` is written in Ivory's own expressions
and sees the payload's `contact`, `customer`, `call`, `agent` and `shown`. Values are escaped, so that none of
them can change where the URL leads.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from ivr.errors import ExpressionError, IvoryError
from ivr.flow import phrases, values
from ivr.flow.template import Template

NAMES = ("agent", "call", "contact", "customer", "shown")
_LANGUAGE = "en-US"  # filters that speak have no business in a URL, and must not differ by the caller's


@lru_cache(maxsize=256)
def parse(source: str) -> Template:
    """A template. Raises IvoryError: it is none, or leads nowhere a browser goes."""
    try:
        template = Template.parse(source)
    except ExpressionError as error:
        raise IvoryError(f"the screen pop's URL: {error.message}", hint=error.hint) from None
    if unknown := template.names - {*NAMES}:
        name = sorted(unknown)[0]
        raise IvoryError(f'the screen pop\'s URL: there is no "{name}"', hint=f"there are {', '.join(NAMES)}")
    start = urlsplit(parts[0] if (parts := template.parts) and isinstance(parts[0], str) else "")
    # The host must be over before the first value: one that follows it at once would make it another host.
    whole = bool(start.path or start.query or start.fragment) or len(template.parts) == 1
    if start.scheme not in ("http", "https") or not start.netloc or not whole:
        raise IvoryError("the screen pop's URL begins with no host", hint="write https://crm.example/…")
    return template


def url(source: str, data: Mapping[str, Any]) -> str:
    """The URL for a payload. Raises ExpressionError: a value is missing, or of a kind that fits no URL."""
    scope = {name: data.get(name) for name in NAMES}
    filters = phrases.filters(_LANGUAGE)
    return parse(source).render(scope, {}, filters, lambda value: quote(values.text(value), safe=""))
