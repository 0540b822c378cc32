"""The REST API of a house with a worker keeps what its document promises: schemathesis asks what the document
lets one ask, and much that it does not, and looks at every answer. `schemathesis.toml` says how it judges.

It is a process of its own, as it loads TLS before gevent could patch it. `IVORY_API_FOR` (seconds) has it
look on for as long as that, with other requests each time.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from gevent import subprocess

from ivr.store.schema import open_current
from ivr.web.accounts import entrance
from tests.e2e.ivr_process import Ivr, environment

FOLDER: Final = Path(__file__).parent
ST: Final = Path(sys.executable).with_name("st")
LONG: Final = os.environ.get("IVORY_API_FOR", "")
LEFT_OUT: Final = (
    r"^(prompts_.*|numbers_(every|put|which)|simulation_simulate|(groups|agents)_put|live_follow)$"
)
"""What takes long for what it tells beside the rest; a long look has all of it, but for the stream."""
SHORT: Final = (
    "--max-time 90 --seed 1 --phases coverage --mode positive --workers 2"
    f" --exclude-operation-id-regex={LEFT_OUT}"
)
WHOLE: Final = (
    f"--max-time {LONG} --phases examples,coverage,fuzzing,stateful --max-examples 50"
    " --exclude-operation-id=live_follow"
)
BOUNDS: Final = (WHOLE if LONG else SHORT).split()
OPENS: Final = 60.0
LIMIT: Final = float(LONG or 0) + 240.0
"""Seconds after which it hangs; it ends much sooner."""


class House(NamedTuple):
    """An installation, and a token for all of it."""

    url: str
    token: str


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    environ = environment(
        tmp_path, IVR_WEB_LISTEN="127.0.0.1:0", IVR_WEB_API_PER_MINUTE="1000000", PYTHONUNBUFFERED="1"
    )
    ivr = Ivr(["demo", "--no-tour", "--stay"], environ)
    try:
        url = ""
        while not url:
            url = "".join(re.findall(r"(http://\S+)/welcome", ivr.line(OPENS)))
        with open_current(f"sqlite:///{tmp_path}/data/ivory/demo/ivory.db", patience=5.0) as store:
            _, token = entrance.make_token(store, "st", "cli:root", ["*"], datetime.now(UTC), None)
        yield House(url, token)
        assert ivr.end(signal.SIGINT) in (0, 130)
        print(*(line.decode() for line in ivr.process.stderr or () if b"rror" in line))
    finally:
        ivr.clean_up()


@pytest.mark.timeout(LIMIT + OPENS)
def test_the_api_does_what_its_document_says(house: House, tmp_path: Path) -> None:
    done = subprocess.run(
        [ST, "--config-file", FOLDER / "schemathesis.toml", "run", f"{house.url}/api/v1/openapi.json",
         "--header", f"Authorization: Bearer {house.token}", *BOUNDS, "--no-shrink", "--warnings", "off",
         "--request-timeout", "30", "--generation-database", "none", "--no-color"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )  # fmt: skip
    told = done.stdout + done.stderr
    print(told[told.rfind("= SUMMARY") :])
    assert done.returncode == 0, told[told.find("= FAILURES") :]
