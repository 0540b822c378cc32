"""What FreeSWITCH is answered when it asks for its dialplan call by call (mod_xml_curl): the same extension
that `ivr dialplan install` writes, for the one number that was dialled.

A section without the context that was asked for would end the search, so that who is not known gets "not
found", and FreeSWITCH looks into its own files.
"""

from __future__ import annotations

from lxml import etree

from ivr.dialplan.plan import Plan
from ivr.dialplan.render import entry


def dialplan(plan: Plan) -> bytes:
    """The document that hands the plan's numbers to Ivory, in their context."""
    root = etree.Element("document", type="freeswitch/xml")
    section = etree.SubElement(root, "section", name="dialplan")
    context = etree.SubElement(section, "context", name=plan.context)
    parser = etree.XMLParser(resolve_entities=False, remove_comments=True)
    context.extend(etree.fromstring(entry(plan), parser).iterchildren())
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, standalone=False)
