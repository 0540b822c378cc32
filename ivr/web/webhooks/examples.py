"""How to sign what is posted to Ivory, to be copied: each runs as it stands, without any library of ours."""

from __future__ import annotations

from string import Template
from typing import Final

_PYTHON: Final = Template("""\
import base64, hmac, json, os, time, urllib.request, uuid

SECRET = os.environ["IVORY_SECRET"]  # whsec_…
URL = "$url"

body = json.dumps($message).encode()
name, at = f"msg_{uuid.uuid4().hex}", str(int(time.time()))
key = base64.b64decode(SECRET.removeprefix("whsec_"))
signed = hmac.digest(key, f"{name}.{at}.".encode() + body, "sha256")
headers = {
    "Content-Type": "application/json",
    "webhook-id": name,  # the same when it is sent again
    "webhook-timestamp": at,
    "webhook-signature": "v1," + base64.b64encode(signed).decode(),
}
request = urllib.request.Request(URL, body, headers)
with urllib.request.urlopen(request, timeout=10) as answer:
    print(answer.status, answer.read().decode())
""")

_NODE: Final = Template("""\
import { createHmac, randomUUID } from "node:crypto";

const secret = process.env.IVORY_SECRET; // whsec_…
const url = "$url";

const body = JSON.stringify($message);
const id = `msg_$${randomUUID()}`; // the same when it is sent again
const at = String(Math.floor(Date.now() / 1000));
const key = Buffer.from(secret.replace("whsec_", ""), "base64");
const signed = createHmac("sha256", key).update(`$${id}.$${at}.$${body}`).digest("base64");

const answer = await fetch(url, {
  method: "POST",
  body,
  headers: {
    "Content-Type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": at,
    "webhook-signature": `v1,$${signed}`,
  },
  signal: AbortSignal.timeout(10_000),
});
console.log(answer.status, await answer.text());
""")

_CURL: Final = Template("""\
url='$url'
body='$message'
id="msg_$$(openssl rand -hex 16)"  # the same when it is sent again
at="$$(date +%s)"
key="$$(printf %s "$${IVORY_SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')"
signed="$$(printf %s "$$id.$$at.$$body" |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$$key" -binary | openssl base64 -A)"
curl --silent --show-error --max-time 10 "$$url" \\
  -H "Content-Type: application/json" \\
  -H "webhook-id: $$id" \\
  -H "webhook-timestamp: $$at" \\
  -H "webhook-signature: v1,$$signed" \\
  --data-binary "$$body"
""")

MESSAGE: Final = '{"type": "call.signal", "data": {"call": "CALL", "key": "paid", "data": {"amount": 42}}}'
"""What the examples post: that something has happened for which the flow of a call waits."""


def examples(url: str) -> dict[str, str]:
    """How to post to `url`, by what it is written in. The secret is read from the environment."""
    kinds = {"Python": _PYTHON, "Node": _NODE, "curl": _CURL}
    return {name: text.substitute(url=url, message=MESSAGE) for name, text in kinds.items()}
