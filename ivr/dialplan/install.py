"""Ivory's dialplan, put into a FreeSWITCH configuration: two files of Ivory's own, nobody else's touched.

`dialplan/ivory.xml` is the context `ivory`, `dialplan/<context>/ivory.xml` the extension in the callers'
context. Both must be taken in by what the configuration includes already.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from ivr.dialplan import conf as configuration
from ivr.dialplan import files, ledger, render
from ivr.dialplan.change import SAVED, Change
from ivr.dialplan.conf import Conf
from ivr.dialplan.files import Rights
from ivr.dialplan.ledger import Ledger, Original, Row
from ivr.dialplan.note import Note
from ivr.dialplan.plan import Plan
from ivr.dialplan.rivals import rivals
from ivr.errors import DialplanError

CONTEXT = "dialplan/ivory.xml"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an installation would change, and what there is to say about it; errors forbid it."""

    root: Path
    changes: tuple[Change, ...]
    notes: tuple[Note, ...]

    @property
    def errors(self) -> tuple[Note, ...]:
        return tuple(note for note in self.notes if note.severity == "error")


def entry(context: str) -> str:
    """Path of the extension in the callers' context, below the configuration."""
    return f"dialplan/{context}/ivory.xml"


def propose(folder: Path, plan: Plan) -> Proposal:
    """What to change in the configuration in `folder` so that the plan holds.

    Raises:
        DialplanError: it is no configuration of FreeSWITCH, or a file stands in the way that cannot be read.
    """
    conf = configuration.read(folder)
    known = ledger.read(conf.root) or Ledger()
    notes = missing_includes(conf, plan.context)
    if not notes and (context := conf.context(plan.context)) is not None:
        notes += rivals(conf, context, plan, conf.root / entry(plan.context))
    notes += strangers(conf)
    changes = []
    # The context first: an extension must never point to one that is not there yet.
    texts = {CONTEXT: render.context(plan), entry(plan.context): render.entry(plan)}
    for path, text in texts.items():
        before, row = files.content(conf.root / path), known.row(path)
        digests = row.written if row else []
        edited = row is not None and before is not None and files.digest(before) not in digests
        if before == text:
            continue
        if edited and path == CONTEXT and digests == [files.digest(text)]:
            notes.append(Note(f"{conf.root / path} is as you edited it, and stays so"))
            continue
        if edited:
            notes.append(
                Note(f"{conf.root / path} was edited", hint=f"what is in it now will be in ivory.xml{SAVED}")
            )
        changes.append(Change(path, before, text, edited))
    if not any(note.severity == "error" for note in notes):
        _check(conf.root, plan, texts)
    return Proposal(conf.root, tuple(changes), tuple(notes))


def missing_includes(conf: Conf, name: str) -> list[Note]:
    """What the configuration lacks to take Ivory's files in, with the line that mends it."""
    notes = []
    own = conf.root / CONTEXT
    if not any(include.takes(own) for include in conf.includes(conf.dialplan)):
        notes.append(
            Note(
                f"the dialplan does not include {own}",
                conf.place(conf.dialplan),
                'add <X-PRE-PROCESS cmd="include" data="dialplan/*.xml"/> on a line of its own behind this',
                "error",
            )
        )
    context = conf.context(name)
    if context is None:
        names = sorted({str(one.get("name")) for one in conf.dialplan.iter("context")} - {"ivory"})
        notes.append(
            Note(
                f'there is no context "{name}"',
                conf.place(conf.dialplan),
                f"name one with --context: {', '.join(names) or 'there is none at all'}",
                "error",
            )
        )
        return notes
    own = conf.root / entry(name)
    if not any(include.takes(own) for include in conf.includes(context)):
        place = conf.place(context)
        relative = f"{name}/*.xml" if Path(place.file).parent.name == "dialplan" else f"{own.parent}/*.xml"
        notes.append(
            Note(
                f'the context "{name}" does not include {own}',
                place,
                f'add <X-PRE-PROCESS cmd="include" data="{relative}"/> on a line of its own within it, '
                "before the extensions that take every number",
                "error",
            )
        )
    return notes


def strangers(conf: Conf) -> list[Note]:
    """Contexts named `ivory` that are not Ivory's: FreeSWITCH uses the first it meets."""
    return [
        Note('a context "ivory" is here already', conf.place(one), "rename it", "error")
        for one in conf.dialplan.iter("context")
        if one.get("name") == "ivory" and conf.place(one).file != str(conf.root / CONTEXT)
    ]


def apply(proposal: Proposal, now: datetime | None = None) -> list[Path]:
    """Write what was proposed, all of it or, when the disk is full, none; returns the backups made.

    Raises:
        DialplanError: an error among the notes, a file that changed since, no room, no right to write.
    """
    if proposal.errors:
        raise DialplanError(str(proposal.errors[0]))
    root, moment = proposal.root, now or datetime.now(UTC)
    with ledger.locked(root):
        known = ledger.read(root) or Ledger()
        common = _common_rights(root)
        for change in proposal.changes:
            target = root / change.path
            if files.content(target) != change.before:
                raise DialplanError(f"{target} changed meanwhile", hint="look at the diff again")
            made = files.make_folder(target.parent, _folder_rights(root))
            known.folders += [str(folder.relative_to(root)) for folder in made]
            files.sweep(target.parent)
        backups = [_note_down(root, known, change, moment) for change in proposal.changes]
        ledger.write(root, known)
        staged: list[tuple[Path, Path]] = []
        try:
            for change in proposal.changes:
                target = root / change.path
                like = files.rights(target) if change.before is not None else common
                if change.edited:
                    files.write(target.with_name(target.name + SAVED), change.before or b"", like)
                staged.append((files.stage(target, change.after or b"", like), target))
            while staged:
                files.place(*staged[0])
                staged.pop(0)
        finally:
            for left, _ in staged:
                left.unlink(missing_ok=True)
        for change in proposal.changes:
            row = known.row(change.path)
            if row is not None:
                row.written = row.written[-1:]
        ledger.write(root, known)
    return [backup for backup in backups if backup is not None]


def _note_down(root: Path, known: Ledger, change: Change, now: datetime) -> Path | None:
    """Write into the ledger what is about to be written; back up what is there."""
    backup = None
    if change.before is not None:
        backup = ledger.keep(root, change.path, change.before, now)
    row = known.row(change.path)
    if row is None:
        original = None
        if backup is not None:
            was = files.rights(root / change.path)
            original = Original(backup=backup, mode=was.mode, uid=was.uid, gid=was.gid)
        row = Row(path=change.path, original=original)
        known.rows.append(row)
    row.written = [*row.written[-1:], files.digest(change.after or b"")]
    return root / ledger.FOLDER / backup if backup is not None else None


def _common_rights(root: Path) -> Rights:
    """For a new file: whoever may read the configuration's first file must be able to read it."""
    return files.rights(root / "freeswitch.xml")


def _folder_rights(root: Path) -> Rights:
    return files.rights(root / "dialplan") if (root / "dialplan").is_dir() else files.rights(root)


def _check(root: Path, plan: Plan, texts: Mapping[str, bytes]) -> None:
    """What leaves this house is XML, and FreeSWITCH will find in it what it is to find."""
    for path, text in texts.items():
        try:
            etree.fromstring(text)
        except etree.XMLSyntaxError as error:
            raise DialplanError(f"{path} would be no XML: {error.msg}") from None
    after = configuration.read(root, {root / path: text for path, text in texts.items()})
    for context, path, name in (
        ("ivory", CONTEXT, "fallback"),
        ("ivory", CONTEXT, "return"),
        (plan.context, entry(plan.context), "ivory"),
    ):
        found = after.context(context)
        extensions = [] if found is None else found.iter("extension")
        places = [after.place(one).file for one in extensions if one.get("name") == name]
        if str(root / path) not in places:
            raise DialplanError(
                f"FreeSWITCH would not find the extension {name} of {root / path}",
                hint="is what includes it inside a comment, or the configuration no XML before it?",
            )
