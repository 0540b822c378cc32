// Speaking with the API when things go wrong.

import assert from "node:assert/strict";
import test from "node:test";
import { GivenUp, Refused } from "../../../ivr/web/browser/api/answer.ts";
import { client, type World } from "../../../ivr/web/browser/api/client.ts";

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });

function world(answers: (Response | Error)[], more: Partial<World> = {}) {
  const sent: Record<string, string>[] = [];
  const send = client({
    fetch: async (_path, init) => {
      sent.push(init.headers as Record<string, string>);
      const answer = answers.shift();
      if (!answer || answer instanceof Error) throw answer ?? new TypeError("nobody there");
      return answer;
    },
    csrf: () => "token",
    signIn: async () => true,
    offline: async () => true,
    busy: async () => true,
    renew: async () => {},
    ...more,
  });
  return { send, sent };
}

test("a change that is sent again has the key it had", async () => {
  const { send, sent } = world([new TypeError("away"), new TypeError("away"), json(200, {}, { ETag: '"2"' })]);
  const answer = await send("PUT", "/x", { body: {}, etag: '"1"' });
  assert.equal(answer.etag, '"2"');
  assert.equal(new Set(sent.map((headers) => headers["Idempotency-Key"])).size, 1);
  assert.equal(sent[2]?.["If-Match"], '"1"');
});

test("two changes have different keys", async () => {
  const { send, sent } = world([json(200, {}), json(200, {})]);
  await send("POST", "/x");
  await send("POST", "/x");
  assert.notEqual(sent[0]?.["Idempotency-Key"], sent[1]?.["Idempotency-Key"]);
});

test("whoever signs in again goes on where they were", async () => {
  let token = "old";
  const { send, sent } = world([json(401, {}, { "WWW-Authenticate": "Bearer" }), json(200, { done: true })], {
    csrf: () => token,
    renew: async () => void (token = "new"),
  });
  assert.deepEqual((await send("PUT", "/x", { body: {} })).data, { done: true });
  assert.deepEqual(sent.map((headers) => headers["X-CSRF-Token"]), ["old", "new"]);
});

test("a wrong password is no session that has ended", async () => {
  const { send } = world([json(401, { detail: "wrong" })], { signIn: () => assert.fail("asked to sign in") });
  await assert.rejects(send("POST", "/x"), Refused);
});

test("a token of an earlier session is renewed once", async () => {
  const { send } = world([json(400, { code: "A007" }), json(400, { code: "A007" })]);
  await assert.rejects(send("POST", "/x"), (error: Refused) => error.code === "A007");
});

test("a busy server says how long to wait", async () => {
  const waits: number[] = [];
  const { send } = world([json(429, {}, { "Retry-After": "7" }), json(503, {}, { "Retry-After": "2" }), json(200, {})], {
    busy: async (seconds) => Boolean(waits.push(seconds)),
  });
  await send("POST", "/x");
  assert.deepEqual(waits, [7, 2]);
});

test("whoever has waited enough gives up", async () => {
  const { send } = world([], { offline: async () => false });
  await assert.rejects(send("GET", "/x"), GivenUp);
});

test("a server that never has time is given up in the end", async () => {
  const answers = Array.from({ length: 20 }, () => json(429, {}, { "Retry-After": "1" }));
  await assert.rejects(world(answers).send("POST", "/x"));
  assert.ok(answers.length > 10);
});
