// A receiver of Ivory's webhooks, as small as it may be: believes only what is signed, does nothing twice.
//
//   WEBHOOK_SECRET=whsec_… node webhook_receiver.mjs 8080

import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const key = Buffer.from(process.env.WEBHOOK_SECRET.replace(/^whsec_/, ""), "base64");
const seen = new Set(); // keep it in your database: posts may come again after days

function verified(headers, body) {
  const { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": signatures = "" } = headers;
  if (!id || !(Math.abs(Date.now() / 1000 - Number(at)) < 300)) return false;
  const ours = createHmac("sha256", key).update(`${id}.${at}.`).update(body).digest();
  return signatures.split(" ").some((one) => {
    const theirs = Buffer.from(one.replace(/^v1,/, ""), "base64");
    return one.startsWith("v1,") && theirs.length === ours.length && timingSafeEqual(theirs, ours);
  });
}

// What your system does with it: quickly, or put into a queue of your own.
async function handle(event) {
  console.log(JSON.stringify(event));
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  if (!verified(request.headers, body)) return response.writeHead(401).end();
  const event = JSON.parse(body);
  if (!seen.has(event.id)) {
    await handle(event); // only what is done is remembered: if this fails, the event comes again
    seen.add(event.id);
  }
  response.writeHead(204).end();
});

server.listen(Number(process.argv[2]), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
});
