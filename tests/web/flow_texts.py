"""Flows that tests of the admin write, and a folder for them."""

from __future__ import annotations

HELLO = """\
id: hello
title: Hello
languages: [en-US]
numbers: ["4001"]
nodes:
  main:
    type: menu
    prompt: {en-US: "For our hours, press 1. For the news, press 2."}
    options: {1: hours, 2: news}
    outcomes: {exhausted: end, error: end}
  hours:
    type: play
    goal: told
    prompt: {en-US: We are open from nine to five.}
    next: end
  news:
    type: play
    prompt: {en-US: There is nothing new.}
    next: end
"""

TESTS = """\
flow: hello
cases:
  - name: the hours in one key
    steps: [{press: 1}, {hear: nine to five}]
    expect: {end: completed, goals: [told]}
"""

FAILING = TESTS.replace("goals: [told]", "goals: []")
