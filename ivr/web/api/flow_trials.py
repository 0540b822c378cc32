"""The API for hearing a flow before it serves: what a web phone dials to be in its draft."""

from __future__ import annotations

from pydantic import BaseModel, Field

from ivr.runtime.trials import HOLDS
from ivr.web.accounts.who import Who
from ivr.web.api.endpoint import Resource
from ivr.web.api.flows import Name
from ivr.web.site import Site
from ivr.web.telephones import Telephones

resource = Resource("flow-trials", "Hearing a flow before it serves.")


class Trial(BaseModel):
    """A way into a draft, for one who telephones from a page of Ivory."""

    number: str = Field(description="What the web phone dials. Nobody else's telephone comes by it.")
    version: str = Field(description="Of the draft that is heard.")
    seconds: float = Field(HOLDS, description="For how long it can be dialled.")


@resource.post("/flows/<name>/trial", needs="flows:write")
def begin(site: Site, who: Who, name: Name) -> Trial:
    """Have a flow's draft, as it is saved, heard by the next call of a web phone to `number`.

    Callers hear what serves, as before. Refused while the draft has mistakes, and without a worker."""
    answer = site.control(who.by).give("flow.try", flow=name)
    trial = Trial(number=str(answer["number"]), version=str(answer["version"]))
    site.part(Telephones).trials.know(trial.number, True)
    return trial
