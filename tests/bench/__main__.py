"""Runs every benchmark of this folder in turn: `python -m tests.bench [NAME …]`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> None:
    for file in sorted(Path(__file__).parent.glob("bench_*.py")):
        if sys.argv[1:] and file.stem.removeprefix("bench_") not in sys.argv[1:]:
            continue
        print(f"== {file.stem}", flush=True)
        subprocess.run([sys.executable, "-m", f"tests.bench.{file.stem}"], check=True)


if __name__ == "__main__":
    main()
