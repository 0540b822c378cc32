"""The page of error codes: tables to find one, and each with its reason, a wrong example and a right one."""

from __future__ import annotations

from collections.abc import Iterator

from option_tables import row
from wording import Wording, wording

from ivr.flow.explained import Entry, Example
from ivr.flow.explained.families import Family, raised
from ivr.testing.explained import entries, families

ENGLISH = """\
# Error codes

A message about a flow, or about its tests, names its place, a code, what is wrong and the way out:

```text
flows/support.yaml:7:5 F104 unknown option "promt" for menu; did you mean "prompt"?
```

`ivr flow lint` finds them all at once, and `ivr flow explain F104` says in the terminal what stands here,
in Chinese with `--language zh-CN`. Codes stay the same from version to version.
"""
CHINESE = """\
# 错误代码

关于流程或其测试的每条消息，都写明位置、代码、错在哪里，以及改正的办法：

```text
flows/support.yaml:7:5 F104 unknown option "promt" for menu; did you mean "prompt"?
```

`ivr flow lint` 一次找出所有错误，`ivr flow explain F104` 在终端里显示本页的内容，\
加上 `--language zh-CN` 则为中文。代码在各个版本中保持不变。
"""
INTRODUCTIONS = {"en-US": ENGLISH, "zh-CN": CHINESE}
LABELS = {True: "Right:", False: "Wrong:"}
AROUND = {
    "settings": "With these settings:",
    "values": "With these values:",
    "plan": "With this routing plan:",
    "journeys": "Where real calls show these shares of callers for each key:",
}


def error_page(language: str = "en-US") -> str:
    word, explained = wording(language), entries(language)
    exits = {kind.code: str(kind.exit_code) for kind in raised()}
    lines = [INTRODUCTIONS[language]]
    for family in families(language):
        lines.append(f"## {family.title}\n\n{family.about}\n")
        lines += list(_table(family, exits, word))
        for code, words in sorted(family.codes.items()):
            lines += list(_entry(explained[code], words, word))
    return "\n".join(lines)


def _table(family: Family, exits: dict[str, str], word: Wording) -> Iterator[str]:
    """The family at a glance; what is raised has the exit code of the command that ends with it."""
    running = not family.codes.keys() - exits.keys()
    head = ("code", "what went wrong", "exit code") if running else ("code", "what is wrong")
    yield row(*map(word, head))
    yield "|---|---|---|" if running else "|---|---|"
    for code, words in sorted(family.codes.items()):
        link = f"[`{code}`](#{code.lower()})"
        yield row(link, words, exits[code]) if running else row(link, words)
    yield ""


def _entry(entry: Entry, words: str, word: Wording) -> Iterator[str]:
    ended = word("*{}.*", f"{words[:1].upper()}{words[1:].rstrip('.。')}")
    yield f"### {entry.code}\n\n{ended}\n"
    label = ""
    for part in entry.parts:
        if isinstance(part, str):
            yield f"{part}\n"
        else:
            title = word(_title(part))
            if title != label:  # flows that are wrong together stand under one
                yield f"{title}\n"
            label = title
            yield f"```{part.language}\n{part.text}```\n"


def _title(example: Example) -> str:
    return LABELS[example.right] if example.right is not None else AROUND[example.about]
