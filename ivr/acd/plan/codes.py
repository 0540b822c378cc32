"""The codes of what is wrong with a routing plan; docs/errors.md and `ivr flow explain` are made of them.

A1xx is one option judged by itself, A2xx what it means among the others. What is wrong with the YAML has the
codes of `ivr.flow.yaml`, with the kind of a value those of `ivr.flow.codes`.
"""

from __future__ import annotations

CODES = {
    "A100": "a file that holds something else than a routing plan",
    "A101": "a level that is none",
    "A102": "a skill with a name that skills cannot have",
    "A103": "an agent with an id that agents cannot have",
    "A104": "a service level that is not written as one",
    "A105": "a PIN that is none",
    "A106": "a dial string that FreeSWITCH would not take as one",
    "A107": "an overflow to nobody, or to several",
    "A108": "an overflow without its limit, or with another's",
    "A109": "a strategy that does not exist",
    "A110": "a rank beside a strategy",
    "A111": "a share of calls that is none",
    "A112": "a value in words that are the same for everybody",
    "A113": "music that is neither a sound nor a stream",
    "A201": "a skill that does not exist",
    "A202": "a group that does not exist",
    "A203": "an agent who does not exist",
    "A204": "a calendar that does not exist",
    "A205": "a name that `rank` and `match` cannot see",
    "A206": "a function or filter that `rank` and `match` do not have",
    "A207": "a disposition that does not exist",
    "A208": "an agent's place in a group, said twice",
    "A209": "two agents with one telephone",
    "A210": "one key for two things",
    "A211": "a group that nobody can serve",
    "A212": "groups that overflow into each other",
    "A213": "a tier that nobody reaches",
    "A214": "a skill that nobody asks for",
    "A215": "an agent in no group",
    "A216": "ringing for longer than callers may wait",
    "A217": "an overflow that never happens",
    "A218": "a relaxation that never happens",
    "A219": "a PIN that is to be kept, and that there is none of",
    "A220": "a relaxation that asks for more",
}
