"""What the rest of Ivory hands to the store and gets back from it.

Plain frozen data, so that neither the engine nor the command line ever holds a database row. A record may be
put as often as its writer likes; what a later one does to an earlier one stands with each, and in
`ivr.store.kinds`: it fills in what was empty, or takes its place, or changes nothing.
"""

from __future__ import annotations

from ivr.store.records.agents import AgentEventRecord, AgentRecord, AuditRecord
from ivr.store.records.calls import CallRecord, Step
from ivr.store.records.contacts import (
    CallbackRecord,
    ContactRecord,
    OfferRecord,
    PushedRecord,
    RecordingRecord,
    SurveyAnswer,
)
from ivr.store.records.customers import CustomerNumber, CustomerRecord
from ivr.store.records.webhooks import EventRecord

__all__ = [
    "AgentEventRecord",
    "AgentRecord",
    "AuditRecord",
    "CallRecord",
    "CallbackRecord",
    "ContactRecord",
    "CustomerNumber",
    "CustomerRecord",
    "EventRecord",
    "OfferRecord",
    "PushedRecord",
    "Record",
    "RecordingRecord",
    "Step",
    "SurveyAnswer",
]

Record = (
    CallRecord | Step | ContactRecord | OfferRecord | SurveyAnswer | CallbackRecord | PushedRecord
    | RecordingRecord
    | AgentRecord | AgentEventRecord | AuditRecord | CustomerRecord | CustomerNumber
    | EventRecord
)  # fmt: skip
