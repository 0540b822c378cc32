"""URLs that open one file each."""

from __future__ import annotations

import pytest

from ivr.errors import SettingsError
from ivr.esl import commands
from ivr.files.links import Link, Links

SECRET = "a secret of some length"
BASE = "http://10.0.0.5:8089"
LINK = Link("prompts", "0" * 40 + ".wav")


def path_of(url: str) -> str:
    return url.removeprefix(BASE)


def test_a_url_leads_back_to_its_link() -> None:
    links = Links(BASE + "/", SECRET)
    for link in (LINK, Link("recordings", "messages/3f1c@host-4-1.wav"), Link("sounds", "ab/dGVzdA.wav")):
        assert links.read(path_of(links.url(link))) == link


def test_a_restarted_worker_knows_the_urls_of_the_one_before() -> None:
    assert Links(BASE, SECRET).url(LINK) == Links(BASE, SECRET).url(LINK)


def test_the_secret_is_in_no_url() -> None:
    assert SECRET not in Links(BASE, SECRET).url(LINK)


@pytest.mark.parametrize("other", ["another secret, as long", SECRET + "x"])
def test_a_url_signed_with_another_secret_leads_nowhere(other: str) -> None:
    assert Links(BASE, SECRET).read(path_of(Links(BASE, other).url(LINK))) is None


def test_a_signature_opens_one_file_of_one_kind_only() -> None:
    links = Links(BASE, SECRET)
    path = path_of(links.url(LINK))
    assert links.read(path.replace("prompts", "recordings")) is None
    assert links.read(path.replace("0.wav", "1.wav")) is None
    assert links.read(path.replace("0.wav", "0.wav/")) is None


@pytest.mark.parametrize(
    "name", ["../x.wav", "a/../x.wav", ".expected/x.wav", "a b.wav", "a/b/c.wav", "", "é.wav"]
)
def test_no_url_is_made_or_read_that_leads_astray(name: str) -> None:
    links = Links(BASE, SECRET)
    with pytest.raises(ValueError, match="URL"):
        links.url(Link("recordings", name))
    signature = links._signature(Link("recordings", name))
    assert links.read(f"/recordings/{signature}/{name}") is None


def test_freeswitch_takes_every_url_that_is_made() -> None:
    url = Links(BASE, SECRET).url(Link("recordings", "messages/3f1c@10.0.0.9-4-1.wav"))
    assert commands.remote_sound(url) == f"http_cache://{url}"
    assert commands.deliver(url, "/var/spool/ivory/a.wav").endswith(" '/var/spool/ivory/a.wav'")


@pytest.mark.parametrize(
    "base",
    [
        "",
        "10.0.0.5:8089",
        "ftp://x",
        "http://x/path",
        "http://u:p@x",
        "http://x!y",
        "http://[::1]:80",
        "http://x:1?q",
    ],
)
def test_a_base_that_is_no_plain_address_is_refused(base: str) -> None:
    with pytest.raises(SettingsError, match=r"files\.url"):
        Links(base, SECRET)


def test_a_secret_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"files\.token"):
        Links(BASE, "short")
