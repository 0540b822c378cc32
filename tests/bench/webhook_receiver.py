"""The receiver of the webhook bench: notes each post in a file before it answers, and can be killed."""

from __future__ import annotations

import json
import os
import sys
import time

from gevent import monkey

monkey.patch_all()

from gevent.pywsgi import WSGIServer  # noqa: E402


def main(port: int, notes: str) -> None:
    file = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def handle(environ, start):  # type: ignore[no-untyped-def]
        body = json.loads(environ["wsgi.input"].read())
        values = body["data"]["values"]
        note = {"id": body["id"], "call": values["call"], "number": values["number"], "put": values["put"]}
        os.write(file, (json.dumps({**note, "came": time.time()}) + "\n").encode())
        start("204 No Content", [])
        return []

    WSGIServer(("127.0.0.1", port), handle, log=None).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
