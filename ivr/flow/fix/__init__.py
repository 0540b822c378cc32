"""Repairing what lint finds, where there is one way to do so and nobody would want another.

A repair changes letters and is then checked like anybody's: one that brings other findings is taken back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ivr.errors import Finding
from ivr.flow.fix.edits import Edit, Text
from ivr.flow.fix.remedies import REMEDIES, Draft, edits

__all__ = ["REMEDIES", "Repair", "better", "repair"]

MAX_TRIES = 200  # of a file; YAML shows one mistake at a time

LAST = 2  # stage of a check
Check = Callable[[bytes], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class Repair:
    """What became of a file.

    Attributes:
        content: the file as it should be.
        repaired: the findings that are gone, as they stood when their turn came.
        refused: those whose repair would have brought others; the file is as it was there.
        left: what is found in `content`.
    """

    content: bytes
    repaired: tuple[Finding, ...]
    refused: tuple[Finding, ...]
    left: tuple[Finding, ...]


def repair(content: bytes, check: Check) -> Repair:
    """Repair what can be repaired of one file.

    Args:
        content: the file.
        check: every finding in such a file, were it in its place.
    """
    findings = list(check(content))
    repaired: list[Finding] = []
    refused: dict[tuple[str, str], Finding] = {}
    together = True
    for _ in range(MAX_TRIES):
        remedies = _remedies(content, [one for one in findings if _what(one) not in refused])
        if not remedies:
            break
        tried = remedies if together else remedies[:1]
        changed, made = Text(content).edited(edit for _, needed in tried for edit in needed)
        done = [finding for finding, needed in tried if set(needed) <= set(made)]
        after = list(check(changed)) if done else findings
        if done and better(findings, after, done):
            repaired += done
            content, findings = changed, after
        elif len(tried) > 1:
            together = False  # one of them is no good: one after the other, then
        else:
            refused[_what(tried[0][0])] = tried[0][0]
            together = True
    return Repair(content, tuple(repaired), tuple(refused.values()), tuple(findings))


def _remedies(content: bytes, findings: Sequence[Finding]) -> list[tuple[Finding, list[Edit]]]:
    try:
        draft = Draft(Text(content))
    except UnicodeDecodeError:
        return []
    return [(finding, needed) for finding in findings if (needed := edits(draft, finding))]


def better(before: Sequence[Finding], after: Sequence[Finding], done: Sequence[Finding]) -> bool:
    """Whether the findings that were `done` are gone, and there are not more than before.

    A file that is no YAML shows nothing but that, and one of the wrong shape nothing of its meaning: what
    shows only because the stage before it is passed was there all along, and does not count.
    """
    stage, now = max(map(_stage, before), default=0), min(map(_stage, after), default=LAST)
    if now != stage:
        return now > stage
    most = Counter(map(_what, before))
    most.subtract(map(_what, done))
    left = Counter(map(_what, after))
    return len(after) <= len(before) and all(left[_what(each)] <= most[_what(each)] for each in done)


def _what(finding: Finding) -> tuple[str, str]:
    return finding.code, finding.message


def _stage(finding: Finding) -> int:
    """0: YAML, 1: the shape, with expressions and texts, 2: the meaning. Each hides what the next finds."""
    return 0 if finding.code.startswith("F0") else 1 if finding.code.startswith(("F1", "E")) else LAST
