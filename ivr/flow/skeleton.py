"""The smallest flow worth beginning with: it greets, offers three things, finds a person, and has tests.

Written out as text, with the comments a first reader needs; the lines of languages that are not wanted are
left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ivr.errors import IvoryError
from ivr.registry import did_you_mean

LANGUAGES = ("zh-CN", "en-US")

_FLOW = """\
# {title}: what its callers hear. Read it aloud.
#
#   ivr flow lint {name}
#   ivr flow test {name}
#   ivr flow run {name}
#
# Each node does one thing and leads to another (docs/first-flow.md); docs/flow-language.md has the rest.

id: {name}
title: {title}
languages: [{languages}]     # the first is what callers hear
numbers: []           # what callers dial: ["4001234567"]
calendars:
  office: {{timezone: Asia/Shanghai, mon-fri: "09:00-18:00", holidays: CN}}
defaults:
  # Where callers go who press nothing, and where they go when something fails. Nobody is left in silence.
  outcomes: {{exhausted: person, error: sorry}}
always: {{"0": person, star: repeat}}

nodes:
  welcome:
    type: play
    prompt:
      zh-CN: 您好，欢迎致电。
      en-US: Hello, and welcome.
    next: main

  # What callers want in their words, then the key. What most of them want comes first.
  main:
    type: menu
    prompt:
      zh-CN: 营业时间，请按1；人工服务，请按0。
      en-US: For our opening hours, press 1. To speak to somebody, press 0.
    options: {{1: opening}}
    noinput:
      zh-CN: 请按键选择您需要的服务。
      en-US: Please press a key for what you need.
    nomatch:
      zh-CN: 这个键没有对应的服务，请再听一遍。
      en-US: There is nothing on that key. Here are the choices again.

  opening:
    type: play
    goal: hours_told          # what a caller came for: reached when it has been heard
    prompt:
      zh-CN: 我们周一至周五九点到十八点上班。
      en-US: We are open Monday to Friday from nine to six.
    next: main

  person: {{type: hours, calendar: office, open: connect, closed: closed}}

  connect:
    type: play
    prompt:
      zh-CN: 正在为您转接，请稍候。
      en-US: I'm connecting you, one moment please.
    next: desk

  # Four things may happen here (busy, no_answer, refused, failed); `error` stands for all of them.
  desk:
    type: transfer
    extension: "1001"
    ring: 20s
    next: goodbye
    outcomes: {{error: sorry}}

  closed:
    type: play
    prompt:
      zh-CN: 现在是下班时间。我们周一至周五九点到十八点上班。
      en-US: We are closed now. We are open Monday to Friday from nine to six.
    next: goodbye

  sorry:
    type: play
    prompt:
      zh-CN: 现在没有人能接您的电话，请稍后再拨。
      en-US: Nobody can take your call right now. Please call again a little later.
    next: goodbye

  goodbye:
    type: hangup
    prompt:
      zh-CN: 感谢您的来电，再见。
      en-US: Thank you for calling. Goodbye.
"""

_TESTS = """\
# What callers of {name} do, and what must come of it: `ivr flow test {name}`. docs/flow-tests.md has it all.

flow: {name}
caller: {{at: "2026-11-23 10:00"}}      # a Monday, when somebody is there

cases:
  - name: the opening hours in one key ({{{{ language }}}})
    caller: {{language: "{{{{ language }}}}"}}
    each:
      - {{language: zh-CN, offer: 营业时间请按1, hears: 周一至周五九点到十八点}}
      - {{language: en-US, offer: For our opening hours press 1, hears: Monday to Friday from nine to six}}
    steps: [{{hear: "{{{{ offer }}}}"}}, {{press: 1}}, {{hear: "{{{{ hears }}}}"}}, {{wait: 1s}}, hang_up]
    expect: {{end: completed, goals: [hours_told]}}

  - name: silence ends with a person ({{{{ language }}}})
    caller: {{language: "{{{{ language }}}}"}}
    each:
      - {{language: zh-CN, hears: [请按键选择, 正在为您转接]}}
      - {{language: en-US, hears: [Please press a key, connecting you]}}
    steps: [{{hear: "{{{{ hears }}}}"}}]
    expect: {{end: transfer, transfer: "1001"}}

  - name: keys at the menu ({{{{ key }}}})
    each: [{{key: 0, outcome: "0"}}, {{key: star, outcome: "*"}}, {{key: 7, outcome: exhausted}}]
    steps: [{{press: "{{{{ key }}}}"}}, {{wait: 60s}}, hang_up]
    expect: {{visits: "main={{{{ outcome }}}}"}}

  - name: nobody can come to the phone ({{{{ how }}}})
    each: [{{how: busy}}, {{how: no_answer}}, {{how: refused}}, {{how: failed}}]
    answer: {{1001: "{{{{ how }}}}"}}
    steps: [{{press: 0}}]
    expect: {{end: completed, journey: [..., "desk={{{{ how }}}}", sorry, goodbye]}}

  - name: at night and on holidays callers hear when to call ({{{{ at }}}})
    each: [{{at: "2026-11-23 20:00"}}, {{at: "2026-10-01 10:00"}}]
    caller: {{at: "{{{{ at }}}}"}}
    steps: [{{press: 0}}]
    expect: {{end: completed, visits: closed, transfer: nobody}}
"""


def skeleton(name: str, languages: Sequence[str] = LANGUAGES) -> tuple[str, str]:
    """The text of a flow called `name`, and of its tests.

    Raises:
        IvoryError: a language the skeleton has no words in.
    """
    for language in languages:
        if language not in LANGUAGES:
            hint = did_you_mean(language, LANGUAGES)
            raise IvoryError(f'a new flow has no words in "{language}" yet', hint=hint)
    values = {"name": name, "title": name.replace("_", " "), "languages": ", ".join(languages)}
    flow, tests = (_spoken(text, languages).format(**values) for text in (_FLOW, _TESTS))
    return flow, tests


def _spoken(text: str, languages: Sequence[str]) -> str:
    """The text without the lines of other languages."""
    others = "|".join(language for language in LANGUAGES if language not in languages)
    if not others:
        return text
    return re.sub(rf"^ +(?:(?:{others}): |- \{{\{{language: (?:{others}),).*\n", "", text, flags=re.MULTILINE)
