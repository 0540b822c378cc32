"""Runs every benchmark of this folder in turn: `python -m tests.bench [NAME …]`.

Those that take minutes run only when they are named: `webhooks`; with a Chromium `pages`; and with a
FreeSWITCH `latency`, `knee`, `churn`, `anatomy`, `queueing`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LONG = ("webhooks", "pages")
ON_FREESWITCH = ("latency", "knee", "churn", "anatomy", "queueing")


def main() -> None:
    names = sys.argv[1:]
    modules = [
        f"tests.bench.{file.stem}"
        for file in sorted(Path(__file__).parent.glob("bench_*.py"))
        if not names or file.stem.removeprefix("bench_") in names
    ]
    modules += [f"tests.bench.{name}" for name in LONG if name in names]
    modules += [f"tests.bench.freeswitch.{name}" for name in ON_FREESWITCH if name in names]
    for module in modules:
        print(f"== {module}", flush=True)
        subprocess.run([sys.executable, "-m", module], check=True)


if __name__ == "__main__":
    main()
