from __future__ import annotations

import pytest

from ivr import registry
from ivr.flow import loader
from ivr.flow.bundle import Bundle, Manifest, closure
from ivr.flow.model import LoadedFlow

END = "id: {}\nlanguages: [en-US]\nnodes: {{a: {{type: play, prompt: Hello., next: {}}}}}\n"


def loaded(name: str, to: str = "end") -> LoadedFlow:
    text = END.format(name, repr(to))
    return loader.load(text, f"{name}.yaml", registry.load_all("ivr.nodes"))[0]


def test_equal_content_has_an_equal_name_in_whatever_order() -> None:
    one = Bundle.of("a", {"a": b"1", "b": b"2"}, {"x.wav": b"3"})
    other = Bundle.of("a", {"b": b"2", "a": b"1"}, {"x.wav": b"3"})
    assert one.id == other.id


@pytest.mark.parametrize(
    "other",
    [
        Bundle.of("b", {"a": b"1", "b": b"2"}, {"x.wav": b"3"}),
        Bundle.of("a", {"a": b"1", "b": b"9"}, {"x.wav": b"3"}),
        Bundle.of("a", {"a": b"1", "b": b"2"}, {"x.wav": b"9"}),
        Bundle.of("a", {"a": b"1", "b": b"2"}, {"y.wav": b"3"}),
        Bundle.of("a", {"a": b"1"}, {"x.wav": b"3"}),
    ],
    ids=["another flow", "another subflow", "another sound", "another name", "less"],
)
def test_anything_else_is_another_version(other: Bundle) -> None:
    assert other.id != Bundle.of("a", {"a": b"1", "b": b"2"}, {"x.wav": b"3"}).id


def test_a_manifest_reads_back() -> None:
    manifest = Bundle.of("a", {"a": b"1"}, {"您好.wav": b"2"}).manifest
    assert Manifest.parse(manifest.text) == manifest


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"flow":"a","flows":{},"sounds":{}}', '{"flow":"a","flows":[1],"sounds":{}}']
)
def test_what_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"manifest|Expecting"):
        Manifest.parse(text)


def test_a_version_holds_what_a_call_may_come_to_and_nothing_else() -> None:
    flows = {
        "a": loaded("a", "flow:b"),
        "b": loaded("b", "flow:c"),
        "c": loaded("c", "flow:a"),
        "d": loaded("d", "flow:a"),
    }
    assert set(closure("a", flows)) == {"a", "b", "c"}
    assert set(closure("d", flows)) == set(flows)
    assert closure("x", flows) == {}
