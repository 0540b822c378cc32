"""The codes of what is wrong with a flow's references; docs/errors.md is made of them."""

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
    "F222": "a confidential value that is spoken or logged",
    "F223": "a variable that is null for ever",
    "F224": "a node that may fail, and nothing says where to go then",
}
