"""A receiver of Ivory's webhooks, as small as it may be: believes only what is signed, does nothing twice.

pip install standardwebhooks
WEBHOOK_SECRET=whsec_… python webhook_receiver.py 8080
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["WEBHOOK_SECRET"])
seen: set[str] = set()  # keep it in your database: posts may come again after days


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            event = webhook.verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError):
            self.answer(401)
            return
        if event["id"] not in seen:
            handle(event)  # only what is done is remembered: if this fails, the event comes again
            seen.add(event["id"])
        self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


def handle(event: dict[str, object]) -> None:
    """What your system does with it: quickly, or put into a queue of your own."""
    print(json.dumps(event), flush=True)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
