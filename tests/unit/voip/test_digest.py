"""Proofs of a password."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ivr.voip.digest import a1, challenge, proof


def test_the_example_of_rfc_7616() -> None:
    header = (
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    asked = challenge(header)
    assert asked is not None
    own = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    for algorithm, response in (
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ):
        met = challenge(header.replace("MD5", algorithm))
        assert met is not None
        said = proof(met, "GET", "/dir/index.html", "Mufasa", "Circle of Life", count=1, own=own)
        assert f'response="{response}"' in said
        assert "nc=00000001" in said


def test_a_server_without_qop_is_met_as_of_old() -> None:
    asked = challenge('Digest realm="r", nonce="n"')
    assert asked is not None
    said = proof(asked, "REGISTER", "sip:h", "u", "p", count=1, own="o")
    assert "cnonce" not in said
    assert a1("u", "r", "p") == "44add22b6f3179b751eafd68ee370f7d"


def test_what_cannot_be_met_is_none() -> None:
    assert challenge("Basic realm=x") is None
    assert challenge('Digest realm="r", nonce="n", algorithm=MD5-sess') is None
    assert challenge('Digest realm="r", nonce="n", qop="auth-int"') is None
    assert challenge('Digest realm="r"') is None


@given(st.text(max_size=100).map("Digest ".__add__))
def test_nothing_that_is_asked_breaks_it(header: str) -> None:
    challenge(header)
