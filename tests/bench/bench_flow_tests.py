"""What a flow test costs: `python -m tests.bench.bench_flow_tests [CASES]`.

The hotline's own cases, again and again until there are a thousand, are read and played on one core; a
thousand may take ten seconds of the core's time.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from ivr import log, testing
from ivr.runtime import reading

PROJECT = Path(__file__).parents[2]
FLOWS = PROJECT / "flows"


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    log.configure("critical")
    flows = reading.read([FLOWS / "hotline.yaml"]).flows
    tests = FLOWS / "tests" / "hotline.yaml"
    own = len(testing.run([tests], flows).outcomes)
    with tempfile.TemporaryDirectory() as folder:
        copies = [Path(folder) / f"{number}.yaml" for number in range(-(-wanted // own))]
        for copy in copies:
            copy.write_bytes(tests.read_bytes())
        began = time.process_time()
        report = testing.run(copies, flows)
        took = time.process_time() - began
    assert report.ok, report.failed
    cases = len(report.outcomes)
    print(f"{cases} cases: {took:.2f} s of a core, {took / cases * 1000:.2f} ms each; 10 ms are the most")
    if took / cases > 0.01:
        sys.exit(1)


if __name__ == "__main__":
    main()
