"""Settings `files.*`."""

from __future__ import annotations

from pydantic import Field, SecretStr

from ivr.settings.sections.base import Section


class Files(Section):
    """A FreeSWITCH on another host, with no disk in common: sounds are fetched, recordings are brought, by
    HTTP."""

    url: str = Field(
        "",
        description="URL under which FreeSWITCH reaches the worker: `http://10.0.0.5:8089`. Empty: they share"
        " their disks.",
    )
    listen: str = Field("127.0.0.1:8089", description="`host:port` the worker listens on, if there is a url.")
    token: SecretStr = Field(
        SecretStr(""), description="Secret by which URLs are signed, 16 characters at least."
    )
    remote_recordings: str = Field(
        "/var/spool/ivory", description="Folder on FreeSWITCH's host that it records to; it must write it."
    )
