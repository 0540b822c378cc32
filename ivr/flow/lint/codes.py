"""The codes of what is wrong with a flow's meaning (F2xx), and of what callers will dislike about it (F3xx).

docs/errors.md and `ivr flow explain` are made of them.
"""

from __future__ import annotations

CODES = {
    "F201": "a target that is not a node",
    "F202": "a flow that does not exist",
    "F203": "a calendar that does not exist",
    "F204": "a name that no expression can see",
    "F205": "an outcome that leads nowhere",
    "F206": "an outcome this node never has",
    "F207": "a prompt that is missing in a language",
    "F208": "a function or filter that does not exist",
    "F209": "a variable that is not declared",
    "F210": "a sound file that is not there",
    "F211": "flows that call each other in a circle",
    "F212": "two flows that wish for the same number",
    "F213": "two flows of the same name",
    "F214": "a language this flow does not speak",
    "F215": "a number to dial with a value in it",
    "F216": "a node that needs the caller, after the caller left",
    "F217": "nodes that lead to each other without ever listening",
    "F218": "an input or variable that the other flow does not have",
    "F219": "a node nobody comes to",
    "F220": "prompts that name each other in a circle",
    "F221": "two options that the same words choose",
    "F222": "a confidential value that is spoken, dialled or logged",
    "F223": "a variable that is null for ever",
    "F224": "a node that may fail, and nothing says where to go then",
    "F225": "a host that operations may not call",
    "F226": "a system that the settings do not know",
    "F227": "a confidential value that is sent where others read it",
    "F228": "an operation that keeps callers waiting",
    "F229": "nodes that may lead to each other for ever",
    "F230": "a URL that leads nowhere",
    "F231": "`next` among the outcomes",
    "F301": "more options than callers keep in mind",
    "F302": "more words than callers listen to",
    "F303": "menus behind menus behind menus",
    "F304": "a key that means something else here",
    "F305": "an option that most callers want, but not the first",
    "F306": "a wrong key or entry that nobody explains",
    "F307": "a key that callers are told to press, and that does nothing",
    "F308": "a key that nobody tells callers of",
}
