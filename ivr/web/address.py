"""Where browsers find the admin."""

from __future__ import annotations

from ivr.settings import Settings


def public_url(settings: Settings) -> str:
    """The address that browsers use, without a slash at its end."""
    web = settings.web
    if web.url:
        return web.url
    return "http://localhost" if web.listen.startswith("unix:") else f"http://{web.listen}"
