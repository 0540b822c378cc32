"""What lint knows from beside the flows: settings, journeys, and where a confidential value goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr import settings
from ivr.errors import Finding
from ivr.flow import lint
from ivr.runtime import reading
from tests.calls import findings, sources

HTTP = settings.Http(
    services={"crm": "https://crm"}, allow=["api.example", "*.shop.example", "old.example:8080"]
)
NOTHING = settings.Http()


def about(url: str, http: settings.Http | None = HTTP) -> list[str]:
    node = f'{{type: operation, http: {{url: "{url}"}}, next: end, outcomes: {{error: end}}}}'
    flow = f"vars: {{v: a}}\nnodes:\n  o: {node}"
    return [one.code for one in lint.lint(sources(flow), http=http)]


@pytest.mark.parametrize(
    ("url", "codes"),
    [
        ("crm:/orders/{{ v }}", []),
        ("https://api.example", []),
        ("https://api.example/x", []),
        ("http://api.example/x", []),
        ("https://api.example:8443/x", ["F225"]),
        ("http://old.example:8080/x", []),
        ("http://old.example/x", ["F225"]),
        ("https://a.shop.example/x", []),
        ("https://shop.example/x", ["F225"]),
        ("https://evil.example/{{ v }}", ["F225"]),
        ("https://{{ v }}.example/x", []),
        ("https://api.example{{ v }}/x", []),
        ("{{ v }}", []),
        ("{{ v }}/x", []),
        ("crmx:/orders", ["F226"]),
        ("api.example/x", ["F230"]),
        ("localhost:8080", ["F230"]),
        ("crm:/a/%2e%2e/b", ["F230"]),
        ("https://api.example:99999/x", ["F230"]),
    ],
)
def test_a_url_is_judged_as_the_client_will_judge_it(url: str, codes: list[str]) -> None:
    assert about(url) == codes


def test_what_the_settings_do_not_tell_is_not_judged() -> None:
    assert about("https://evil.example/x", None) == []
    assert about("crmx:/x", None) == []
    assert about("crmx:/x", NOTHING) == []  # no system is bound at all: a laptop
    assert about("https://evil.example/x", NOTHING) == ["F225"]  # it would be refused here


@pytest.mark.parametrize("host", ["10.0.0.5", "127.0.0.1", "localhost", "[::1]"])
def test_a_private_address_needs_a_setting_of_its_own(host: str) -> None:
    allow = [host]
    assert about(f"http://{host}/x", settings.Http(allow=allow)) == ["F225"]
    assert about(f"http://{host}/x", settings.Http(allow=allow, private=True)) == []


def test_reading_a_folder_judges_by_the_settings_it_is_given(tmp_path: Path) -> None:
    node = "{type: operation, http: {url: 'https://evil.example'}, next: end, outcomes: {error: end}}"
    file = tmp_path / "t.yaml"
    file.write_text(f"id: t\nlanguages: [en-US]\nnodes:\n  o: {node}\n")
    assert reading.read([file]).findings == ()
    assert [one.code for one in reading.read([file], http=HTTP).findings] == ["F225"]


# Journeys ---------------------------------------------------------------------------------------------

MENU = (
    "nodes: {m: {type: menu, prompt: %s, options: {1: end, 2: end, 3: repeat}, outcomes: {exhausted: end}}}"
)


def wanted(prompt: str, **shares: float) -> list[Finding]:
    popular = {"t": {"m": {key.removeprefix("k"): share for key, share in shares.items()}}}
    return lint.lint(sources(MENU % prompt), popular=popular)


def test_the_option_that_most_want_belongs_first() -> None:
    (finding,) = wanted("For one press 1. For two press 2. To repeat press 3.", k1=0.2, k2=0.7)
    assert (finding.code, finding.severity) == ("F305", "warning")
    assert finding.message == "70% of callers choose 2, which they hear as number 2"


def test_first_is_what_is_heard_first_not_what_is_written_first() -> None:
    assert wanted("For two press 2. For one press 1. Again 3.", k1=0.2, k2=0.7) == []


def test_a_small_lead_is_chance_and_hearing_again_is_no_wish() -> None:
    prompt = "For one press 1. For two press 2. To repeat press 3."
    assert wanted(prompt, k1=0.45, k2=0.5) == []
    assert wanted(prompt, k1=0.2, k3=0.7) == []
    assert wanted(prompt) == []


# Confidential -----------------------------------------------------------------------------------------

ASK = "c: {type: collect, prompt: Card., into: card, digits: {length: 16}, sensitive: true, next: %s}"
HEAD = (
    "vars: {card: null, copy: null, pin: null}\ndefaults: {outcomes: {exhausted: end, error: end}}\nnodes:\n"
)


def secrets(*nodes: str) -> list[str]:
    return [one.code for one in findings(HEAD + "".join(f"  {node}\n" for node in nodes))]


def test_a_copy_is_as_confidential() -> None:
    copy = "s: {type: set, vars: {copy: card}, next: p}"
    assert secrets(ASK % "s", copy, "p: {type: play, prompt: 'It is {{ copy | digits }}.', next: end}") == [
        "F222"
    ]
    told = "s: {type: set, vars: {copy: card == '1'}, next: p}"
    assert secrets(ASK % "s", told, "p: {type: play, prompt: 'It is {{ copy }}.', next: end}") == []


def test_the_last_four_of_a_card_may_be_spoken_but_not_those_of_a_pin() -> None:
    spoken = "p: {type: play, prompt: 'The one that ends in {{ %s | last(4) | digits }}.', next: end}"
    assert secrets(ASK % "p", spoken % "card") == []
    assert secrets(ASK % "p", spoken.replace("last(4)", "last(8)") % "card") == ["F222"]
    pin = "c: {type: collect, prompt: Pin., into: pin, digits: {length: 4}, sensitive: true, next: p}"
    assert secrets(pin, spoken % "pin") == ["F222"]


def test_nothing_confidential_is_dialled_or_shown_to_the_other_side() -> None:
    desk = "t: {type: transfer, extension: '1{{ card }}', caller_id: '{{ card }}', next: end}"
    assert secrets(ASK % "t", desk) == ["F222", "F222"]


def test_it_may_be_sent_over_tls_and_to_a_bound_system_but_not_in_the_open() -> None:
    post = "o: {type: operation, http: {method: POST, url: '%s', json: {card: '{{ card }}'}}, next: end}"
    assert secrets(ASK % "o", post % "crm:/x") == []
    assert secrets(ASK % "o", post % "https://api.example/x") == []
    assert secrets(ASK % "o", post % "http://api.example/x") == ["F227"]


def test_a_subflow_keeps_what_it_is_given_and_gives_back_confidential() -> None:
    run = "s: {type: subflow, flow: inner, with: {x: card}, save: {copy: x}, next: p}"
    tell = "p: {type: play, prompt: 'It is {{ %s | digits }}.', next: end}"
    outer = HEAD + f"  {ASK % 's'}\n  {run}\n  {tell % 'copy'}\n"
    inner = f"id: inner\ninputs: [x]\nvars: {{x: null}}\nnodes:\n  {tell % 'x'}"
    found = findings(outer, inner)
    assert [(one.code, one.place.file) for one in found] == [("F222", "0.yaml"), ("F222", "1.yaml")]


def test_a_flow_that_takes_over_takes_its_inputs_along() -> None:
    outer = HEAD + f"  {ASK % 'flow:inner'}\n".replace("next: flow:inner", "next: 'flow:inner'")
    tell = "p: {type: play, prompt: '{{ card }}', next: end}"
    inner = f"id: inner\ninputs: [card]\nvars: {{card: null}}\nnodes:\n  {tell}"
    assert [one.code for one in findings(outer, inner)] == ["F222"]
