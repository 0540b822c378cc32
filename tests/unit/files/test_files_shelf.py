"""Which files FreeSWITCH may fetch, and by which names."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.errors import IvoryError
from ivr.files.links import Link, Links
from ivr.files.shelf import Shelf

KEY = "ab" + "0" * 38


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "prompts/ab").mkdir(parents=True)
    (tmp_path / f"prompts/ab/{KEY}.wav").write_bytes(b"prompt")
    (tmp_path / f"prompts/ab/{KEY}.json").write_bytes(b"what it says")
    (tmp_path / "sounds/中文").mkdir(parents=True)
    (tmp_path / "sounds/中文/thank you.wav").write_bytes(b"thanks")
    (tmp_path / "secret.wav").write_bytes(b"secret")
    (tmp_path / "sounds/way_out.wav").symlink_to(tmp_path / "secret.wav")
    return Shelf(tmp_path / "prompts", tmp_path / "sounds", tmp_path / "published")


def test_a_prompt_goes_by_its_own_name(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / f"prompts/ab/{KEY}.wav"
    assert shelf.link(path) == shelf.known(path) == Link("prompts", f"{KEY}.wav")
    assert shelf.find(Link("prompts", f"{KEY}.wav")) == path.resolve()


def test_a_sound_of_any_name_is_found_again_by_whoever_comes_next(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "sounds/中文/thank you.wav"
    link = shelf.link(path)
    Links("http://x", "0123456789abcdef").url(link)
    other = Shelf(tmp_path / "prompts", tmp_path / "sounds", tmp_path / "published")
    assert other.find(link) == path.resolve()


def test_a_published_sound_is_named_by_its_content_and_needs_no_reading(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "published" / f"{'ab' * 32}.wav"
    path.parent.mkdir()
    path.write_bytes(b"RIFF")
    link = shelf.known(path)
    assert link == shelf.link(path)
    assert link
    Links("http://x", "0123456789abcdef").url(link)
    assert shelf.find(link) == path.resolve()
    assert shelf.find(Link(link.kind, "../prompts/x.wav")) is None


def test_an_edited_sound_gets_another_name_and_loses_the_old(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "sounds/中文/thank you.wav"
    assert shelf.known(path) is None
    old = shelf.link(path)
    assert shelf.known(path) == old
    path.write_bytes(b"thank you very much")
    assert shelf.known(path) is None
    assert shelf.link(path) != old
    assert shelf.find(old) is None


def test_nothing_outside_the_two_folders_has_a_link(shelf: Shelf, tmp_path: Path) -> None:
    for path in (
        tmp_path / "secret.wav",
        tmp_path / "sounds/way_out.wav",
        tmp_path / f"prompts/ab/{KEY}.json",
    ):
        assert shelf.known(path) is None
        with pytest.raises(IvoryError, match="in none of the folders"):
            shelf.link(path)
    with pytest.raises(IvoryError, match="cannot be read"):
        shelf.link(tmp_path / "sounds/none.wav")


@pytest.mark.parametrize(
    "link",
    [
        Link("sounds", "0" * 32 + "/Li4vc2VjcmV0Lndhdg.wav"),  # ../secret.wav
        Link("sounds", "0" * 32 + "/d2F5X291dC53YXY.wav"),  # way_out.wav
        Link("sounds", "0" * 32 + "/L2V0Yy9wYXNzd2Q.wav"),  # /etc/passwd
        Link("sounds", "0" * 32 + "/AA.wav"),
        Link("sounds", "0" * 32 + "/A.wav"),
        Link("sounds", "0.wav"),
        Link("prompts", f"{KEY}.json"),
        Link("prompts", "../secret.wav"),
        Link("recordings", "messages/a.wav"),
    ],
)
def test_even_a_signed_link_does_not_lead_out_of_them(shelf: Shelf, link: Link) -> None:
    assert shelf.find(link) is None


def test_what_is_too_large_to_send_has_no_link(shelf: Shelf, tmp_path: Path) -> None:
    with (tmp_path / "sounds/opera.wav").open("wb") as file:
        file.truncate(33 << 20)
    with pytest.raises(IvoryError, match="larger"):
        shelf.link(tmp_path / "sounds/opera.wav")
