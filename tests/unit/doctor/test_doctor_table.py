"""The table of checks: one file each, and each explained in docs/doctor.md."""

from __future__ import annotations

import pkgutil
import re
from pathlib import Path

import pytest

from ivr.doctor import checks as package
from ivr.doctor.check import checks

PAGE = Path(__file__).parents[3] / "docs/doctor.md"


def prose() -> dict[str, str]:
    """The paragraphs of the page by their check."""
    parts = re.split(r"^### (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_file_enters_one_check_that_is_called_like_it() -> None:
    files = {module.name.replace("_", "-") for module in pkgutil.iter_modules(package.__path__)}
    assert set(checks()) == files


def test_the_page_explains_the_checks_that_there_are() -> None:
    assert list(prose()) == list(checks())


@pytest.mark.parametrize("name", checks())
def test_every_check_is_explained(name: str) -> None:
    assert len(prose()[name].split()) >= 25


def test_every_check_has_a_time_out() -> None:
    assert all(0 < check.seconds <= 60 for check in checks().values())
