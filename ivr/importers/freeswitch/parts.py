"""What menus have beside their choices: greetings, patience, a PIN, reading back, last words."""

from __future__ import annotations

import re

from ivr.call import KEYS
from ivr.importers.freeswitch.lines import NOTHING, key_name, prompt_lines
from ivr.importers.freeswitch.menus import PIN_PROMPT, PIN_WRONG, Menu
from ivr.importers.freeswitch.plan import Plan
from ivr.importers.freeswitch.prompts import DIGITS, Item
from ivr.importers.freeswitch.ways import Ways
from ivr.importers.writing import above, beside, duration


def greeting(plan: Plan, menu: Menu, *, once: bool = False) -> list[str]:
    """The long greeting, and the short one from the second attempt on."""
    long, short = menu.get("greet-long"), menu.get("greet-short")
    node = plan.node[menu.name]
    first = plan.prompts.items(long, menu.element.at("greet-long")) if long else []
    if not first:
        what = "nothing that could be carried over" if long else "no greet-long, so FreeSWITCH asks nothing"
        remark = plan.report.differs(menu.place, f'menu "{menu.name}" has {what}')
        return [*above([remark], 4), "    prompt: {pause: 100ms}"]
    if not short or short == long or once:
        return _said(plan, long, first, f"{node}_greeting")
    again = plan.prompts.items(short, menu.element.at("greet-short"))
    if not again:
        return _said(plan, long, first, f"{node}_greeting")
    repeats = any(e.action in ("menu-play-sound", "menu-top", "menu-exec-app") for e in menu.entries)
    if repeats:
        plan.report.once(
            "greet-short",
            menu.element.at("greet-short"),
            "greet-short is heard after a wrong key or silence; after a choice that comes back to its menu"
            " greet-long is heard, where FreeSWITCH plays the short one",
        )
    lines = []
    for source, items, name, when in (
        (long, first, f"{node}_greeting", "call.attempt == 1"),
        (short, again, f"{node}_again", "call.attempt > 1"),
    ):
        alone = items[0] if len(items) == 1 and not items[0].yaml.startswith(("{pause", "{tone")) else None
        if alone is None or source.startswith("phrase:"):
            alone = Item(plan.prompt_name(source, items, name), text=True)
        said = f"say: {alone.yaml}" if alone.text else alone.yaml.strip("{}")
        lines.append(beside(f"      - {{{said}, when: {when}}}", alone.remark))
    return ["    prompt:", *lines]


def _said(plan: Plan, source: str, items: list[Item], name: str) -> list[str]:
    """A prompt where it is used; a phrase is a prompt with a name, as it was one before."""
    if source.startswith("phrase:") and len(items) > 1:
        return [f"    prompt: {plan.prompt_name(source, items, name)}"]
    return prompt_lines("prompt", items, 4)


def invalid(plan: Plan, menu: Menu) -> list[Item]:
    source = menu.get("invalid-sound")
    return plan.prompts.items(source, menu.element.at("invalid-sound")) if source else []


def wrong(plan: Plan, menu: Menu, option: str) -> list[str]:
    """What is heard after a wrong entry. A list would be one text for each time, so several are a prompt."""
    items = invalid(plan, menu)
    if len(items) > 1:
        items = [Item(plan.prompt_name(menu.get("invalid-sound"), items, f"{plan.node[menu.name]}_invalid"))]
    return prompt_lines(option, items, 4) if items else []


def patience(plan: Plan, menu: Menu, ways: Ways) -> list[str]:
    """What differs from the flow's defaults, and where it leads when the caller gave up."""
    lines = []
    if plan.tries(menu) != plan.tries(plan.root):
        lines.append(f"    tries: {plan.tries(menu)}")
    if menu.timeout != plan.root.timeout:
        lines.append(f"    noinput_after: {duration(menu.timeout)}")
    several = plan.collects(menu) or menu.longest > 1
    if several and menu.inter_digit and menu.inter_digit != plan.root.inter_digit:
        lines.append(f"    digit_timeout: {duration(menu.inter_digit)}")
    target, remarks = ways.exhausted(menu)
    lines += above(remarks, 4)
    if target != plan.bye:
        lines.append(f"    outcomes: {{exhausted: {target}}}")
    return lines


def pin(plan: Plan, menu: Menu) -> list[str]:
    """The node that asks for a menu's PIN, as FreeSWITCH does: three times, three seconds each."""
    pin = menu.get("pin")
    if not pin:
        return []
    name, place = plan.entered[menu.name], menu.element.at("pin")
    asked = plan.prompts.items(menu.get("pin-file") or PIN_PROMPT, menu.element.at("pin-file"))
    wrong = plan.prompts.items(menu.get("bad-pin-file") or PIN_WRONG, menu.element.at("bad-pin-file"))
    if not re.fullmatch(r"[0-9A-D*]{1,64}", pin):
        message = f'the PIN of menu "{menu.name}" cannot be pressed, so nobody gets in'
        remark = plan.report.lost(place, message)
        return [f"  {name}:", *above([remark], 4), "    type: play",
                *prompt_lines("prompt", wrong or [NOTHING], 4), f"    next: {plan.bye}", ""]  # fmt: skip
    plan.variables.setdefault("pin", "what was typed for a PIN")
    remark = plan.report.differs(
        place, f'the PIN of menu "{menu.name}" stands in the flow, for all who read it'
    )
    lines = [f"  {name}:", *above([remark], 4), "    type: collect"]
    lines += prompt_lines("prompt", asked or [NOTHING], 4)
    lines += ["    into: pin", "    sensitive: true", f"    digits: {{length: {len(pin)}}}"]
    lines.append(f'    pattern: "{pin.replace("*", "[*]")}"')
    if wrong:
        items = wrong if len(wrong) == 1 else [Item(plan.prompt_name("pin", wrong, f"{name}_wrong"))]
        lines += prompt_lines("invalid", items, 4)
    lines += ["    tries: 3", "    noinput_after: 3s", "    digit_timeout: 10s"]
    if plan.bye != "end":
        lines.append(f"    outcomes: {{exhausted: {plan.bye}}}")
    return [*lines, f"    next: {plan.node[menu.name]}", ""]


def confirm(plan: Plan, menu: Menu) -> list[str]:
    """Reading back what was pressed, where the menu does."""
    macro, key = menu.get("confirm-macro"), menu.get("confirm-key")[:1]
    if not macro:
        return []
    place = menu.element.at("confirm-macro")
    if not key or key not in KEYS[:12]:
        message = (
            f'menu "{menu.name}": a confirm-macro without a confirm-key refuses everything in FreeSWITCH'
        )
        plan.report.lost(place, message)
        return []
    items = plan.prompts.items(f"phrase:{macro}:{DIGITS}", place)
    other = "2" if key != "2" else "1"
    plan.report.differs(
        place, f'menu "{menu.name}": {other} says no to what was read back; any other key did', ""
    )
    if menu.confirm_attempts != plan.tries(menu):
        message = f'menu "{menu.name}": it is read back up to {plan.tries(menu)} times'
        plan.report.differs(menu.element.at("confirm-attempts"), message)
    return [
        "    confirm:",
        *prompt_lines("prompt", items or [NOTHING], 6),
        f"      yes: {key_name(key)}",
        f"      no: {key_name(other)}",
    ]


def lost_options(plan: Plan, menu: Menu) -> list[str]:
    """Attributes that have no place in a flow."""
    remarks = []
    voice = [f'{name}="{menu.get(name)}"' for name in ("tts-engine", "tts-voice") if menu.get(name)]
    if voice:
        message = f'menu "{menu.name}": {", ".join(voice)}; the voice is that of the setting speech.voices'
        remarks.append(plan.report.lost(menu.element.at("tts-engine"), message))
    if menu is not plan.root and menu.get("exit-sound") not in ("", plan.root.get("exit-sound")):
        message = f'menu "{menu.name}": the exit-sound of a sub-menu is never heard in FreeSWITCH either'
        remarks.append(plan.report.lost(menu.element.at("exit-sound"), message))
    return remarks


def goodbye(plan: Plan) -> list[str]:
    if plan.bye == "end":
        return []
    items = plan.prompts.items(plan.root.get("exit-sound"), plan.root.element.at("exit-sound"))
    if not items:
        return ["", f"  {plan.bye}: {{type: hangup}}"]
    prompt = prompt_lines("prompt", items, 4)
    if len(prompt) == 1 and "  #" not in prompt[0]:
        return ["", f"  {plan.bye}: {{type: hangup, {prompt[0].strip()}}}"]
    return ["", f"  {plan.bye}:", "    type: hangup", *prompt]
