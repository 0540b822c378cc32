"""Whether the database of calls can be written, and is of this Ivory's making."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.doctor.check import check
from ivr.doctor.findings import Finding, failure, ok, warning
from ivr.doctor.patient import Patient
from ivr.errors import StoreError
from ivr.settings import Store as StoreSettings


@check("store", seconds=20.0)
def store(patient: Patient) -> Iterator[Finding]:
    yield from patient.aside(_examined, patient.settings.store)


def _examined(settings: StoreSettings) -> list[Finding]:
    from ivr.store.connect import open_store
    from ivr.store.models import Calls
    from ivr.store.schema import status
    from ivr.store.spool import waiting

    findings = []
    try:
        with open_store(settings.url, create=False) as store:
            migrations = status(store)
            if newer := [row.name for row in migrations if not row.known]:
                return [
                    failure(
                        f"{store.name} comes from a newer Ivory: it has {', '.join(newer)}",
                        "upgrade Ivory, or put back a backup",
                    )
                ]
            if pending := [row.name for row in migrations if row.applied is None]:
                return [warning(f"{store.name} lacks {', '.join(pending)}", "run `ivr db migrate`")]
            with store.errors(), store.db.atomic():
                Calls.delete().where(Calls.id == "").execute(
                    store.db
                )  # takes the right to write, and nothing else
            findings.append(ok(f"{store.name} can be written, {store.size() / 1e6:.1f} MB"))
    except StoreError as error:
        missing = "there is no database" in error.message
        tell = warning if missing else failure
        findings.append(tell(error.message, error.hint or "look at store.url"))
    pending_records, rejected = waiting(settings.spool)
    if pending_records:
        findings.append(
            warning(
                f"{pending_records} records wait in {settings.spool}",
                "`ivr serve` writes them when the database works; if none runs, start it",
            )
        )
    if rejected:
        findings.append(
            warning(
                f"the database refused {rejected} records",
                f"look at {settings.spool / 'rejected.jsonl'}, then move it away",
            )
        )
    return findings
