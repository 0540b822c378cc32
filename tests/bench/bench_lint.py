"""What checking flows costs: `python -m tests.bench.bench_lint`.

One flow of 50 nodes, and a folder of 100 of them, each in two languages with menus, digits, operations,
branches, transfers and subflows as real hotlines have. Measured are the work by itself, and `ivr flow lint`
whole, from the start of its process to the end, without its cache and with it.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ivr.runtime import reading

FLOWS = 100
GROUPS = 7  # of seven nodes each; with the end, 50 nodes

HEAD = """\
# {name}: one of many hotlines
id: {name}
title: {{zh-CN: 热线{number}, en-US: Hotline {number}}}
languages: [zh-CN, en-US]
numbers: ["{dnis}", "+86105{dnis}"]
vars:
  amount: null   # what is owed
  due: null
  items: []
  voice: null
  ticket: null
{variables}
inputs: [ticket]
calendars:
  office: {{timezone: Asia/Shanghai, mon-fri: "08:30-12:00, 13:30-18:00", sat: "09:00-12:00", holidays: CN}}
defaults:
  tries: 3
  noinput_after: 5s
  digit_timeout: 3s
  outcomes: {{exhausted: bye, error: bye, timeout: bye, interrupted: bye, busy: bye, no_answer: bye,
             refused: bye, failed: bye}}
always: {{star: repeat, "9": back}}
prompts:
  one_moment: {{zh-CN: 请稍候，正在为您查询{number}。, en-US: One moment please.}}
  silent: {{zh-CN: 没有收到您的输入。, en-US: I did not get anything.}}

nodes:
"""

GROUP = """\
  # Group {group} ---------------------------------------------------------------------------------------

  main_{group}:
    type: menu
    prompt:
      zh-CN: [电费查询请按1，故障报修请按2，人工服务请按0，
              继续请按井号键。第{group}组{number}。, {{pause: 300ms}}]
      en-US: [For your bill press 1. To report an outage press 2. For a person press 0.,
              For group {group} of {number} press pound., {{pause: 300ms}}]
    options:
      1: {{next: account_{group}, say: {{zh-CN: [电费, 账单, 查询电费], en-US: [billing, my bill, balance]}}}}
      2: {{next: outage_{group}, say: {{zh-CN: [停电, 报修, 故障报修], en-US: [outage, no power]}}}}
      0: person_{group}
      pound: {onward}
    noinput:
      zh-CN: [没有收到您的输入。, 请按键选择您需要的服务。]
      en-US: [I did not get anything., Please press a key.]
    nomatch: {{zh-CN: 抱歉，没有这个选项。, en-US: "Sorry, that is not one of the choices."}}

  account_{group}:
    type: collect
    prompt:
      zh-CN: 请输入10位户号，以井号键结束。
      en-US: "Please enter your ten digit account number, then press pound."
    into: account_{number}_{group}
    digits: {{length: 10}}
    check: value | length == 10 and not starts_with(value, '0')
    confirm:
      prompt:
        zh-CN: 您输入的是{{{{ account_{number}_{group} | digits }}}}。正确请按1，重新输入请按2。
        en-US: You entered {{{{ account_{number}_{group} | digits }}}}. If right press 1, if not press 2.
    invalid: {{zh-CN: 户号应为10位数字。, en-US: An account number has ten digits.}}
    noinput: silent
    next: balance_{group}

  balance_{group}:
    type: operation
    http:
      url: "crm:/accounts/{{{{ account_{number}_{group} }}}}"
      query: {{group: "{group}"}}
      timeout: 3s
      retries: 1
    meanwhile: {{after: 1s, prompt: one_moment, music: default}}
    save: {{amount: json.balance, due: json.due_date, items: "json.items | default([])"}}
    next: owes_{group}
    outcomes: {{404: account_{group}}}

  owes_{group}:
    type: branch
    cases:
      - {{when: amount == null, next: person_{group}}}
      - {{when: amount > {group}00 and caller.vip, next: person_{group}}}
      - {{when: "open('office') and (amount or 0) + {group} > 5", next: tell_{group}}}
    else: tell_{group}

  tell_{group}:
    type: play
    goal: bill_told
    prompt:
      zh-CN:
        - 您本期应缴电费{{{{ amount | money('CNY') }}}}，请在{{{{ due | date }}}}之前缴纳。
        - {{each: items, say: "{{{{ item.month | month }}}}，{{{{ item.amount | money('CNY') }}}}。"}}
      en-US:
        - You owe {{{{ amount | money('CNY') }}}}, due on {{{{ due | date }}}}.
        - {{each: items, say: "{{{{ item.month | month }}}}, {{{{ item.amount | money('CNY') }}}}."}}
    next: {onward}

  outage_{group}:
    type: record
    prompt:
      zh-CN: 请在嘀声后说出停电地址和情况，说完请按井号键。
      en-US: "After the tone please say where the power is out, then press pound."
    box: outages
    into: voice
    max: 60s
    silence: 4s
    next: {helper}
    outcomes: {{too_short: person_{group}}}

  person_{group}:
    type: transfer
    extension: "20{group}"
    ring: 25s
    next: end
    outcomes: {{no_answer: bye}}

"""

LAST = """\
  bye: {{type: hangup, prompt: {{zh-CN: 再见。{number}, en-US: Goodbye.}}}}
"""
HELPER = "  ask: {{type: subflow, flow: {other}, with: {{ticket: voice}}, next: bye}}\n"


def flow(number: int, flows: int = FLOWS) -> str:
    """A realistic flow of some 50 nodes; every second one runs the one after it as a subflow."""
    name = f"hotline_{number:03}"
    runs = number % 2 == 0 and number + 1 < flows
    variables = "\n".join(f"  account_{number}_{group}: null" for group in range(1, GROUPS + 1))
    text = HEAD.format(name=name, number=number, dnis=10000 + number, variables=variables)
    for group in range(1, GROUPS + 1):
        onward = f"main_{group + 1}" if group < GROUPS else "bye"
        text += GROUP.format(group=group, number=number, onward=onward, helper="ask" if runs else "bye")
    text += LAST.format(number=number)
    return text + (HELPER.format(other=f"hotline_{number + 1:03}") if runs else "")


def write(folder: Path, flows: int = FLOWS) -> None:
    for number in range(flows):
        (folder / f"hotline_{number:03}.yaml").write_text(flow(number, flows), encoding="utf-8")


def best(work: Callable[[], object], times: int = 5) -> tuple[float, float]:
    """Milliseconds of the quickest round, and of processor time, as other work on the machine only adds."""
    walls, processors = [], []
    for _ in range(times):
        began, used = time.perf_counter(), processor()
        work()
        walls.append((time.perf_counter() - began) * 1e3)
        processors.append((processor() - used) * 1e3)
    return min(walls), min(processors)


def processor() -> float:
    """Seconds of processor time of this process and those it has waited for."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def whole(home: str, *arguments: str) -> Callable[[], object]:
    """`ivr flow lint`, from the start of its process to its end, in a folder that holds `flows`."""
    ivr = Path(sys.executable).with_name("ivr")
    environ = {**os.environ, "XDG_CACHE_HOME": f"{home}/cache", "XDG_CONFIG_HOME": f"{home}/config"}
    command = [str(ivr), "flow", "lint", *arguments]
    return lambda: subprocess.run(command, cwd=home, env=environ, check=True, capture_output=True)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ivory-") as home:
        folder, one = Path(home) / "flows", Path(home) / "one"
        folder.mkdir()
        one.mkdir()
        write(folder)
        (one / "hotline.yaml").write_text(flow(1), encoding="utf-8")
        files = sorted(folder.iterdir())
        found = reading.read(files)
        errors = [str(finding) for finding in found.errors]
        assert not errors, errors[0]
        nodes = [len(loaded.flow.nodes) for loaded in found.flows.values()]
        size = sum(file.stat().st_size for file in files) // len(files)
        print(f"{len(nodes)} flows of {min(nodes)} to {max(nodes)} nodes, {size} bytes each")
        for name, (took, used), target in (
            ("one flow, work alone", best(lambda: reading.read([one / "hotline.yaml"])), 100),
            ("one flow, whole command", best(whole(home, "--no-cache", "one")), None),
            (f"{FLOWS} flows, whole command", best(whole(home, "--no-cache"), 3), 3000),
            (f"{FLOWS} flows, whole command, cached", best(whole(home), 8), 300),
        ):
            print(f"{took:8.0f} ms {used:8.0f} ms CPU  {name}" + (f" (at most {target})" if target else ""))


if __name__ == "__main__":
    main()
