// One way to speak with the API: with the CSRF token, patient with a network that is away and a server that is
// busy, and without losing what was typed when a session has ended. A change that is sent twice has one key.

import { type Answer, GivenUp, refused } from "./answer.ts";

export interface Sending {
  body?: unknown;
  etag?: string | undefined;
  /** What is sent must not be there yet. */
  ifNoneMatch?: boolean;
  signal?: AbortSignal;
}

/** What the client needs of the world around it; tests have a world of their own. */
export interface World {
  fetch: (path: string, init: RequestInit) => Promise<Response>;
  csrf: () => string;
  /** The session has ended: true when there is one again. */
  signIn: () => Promise<boolean>;
  /** There is no network: true when it is worth another try. */
  offline: (tries: number) => Promise<boolean>;
  /** Asked to wait: true when it is time to try again. */
  busy: (seconds: number) => Promise<boolean>;
  /** Fetch the token anew, after somebody has signed in elsewhere. */
  renew: () => Promise<void>;
}

const PATIENCE = 30_000; // ms for one answer
const MOST_TURNS = 5;
const LONGEST_WAIT = 120; // seconds that a busy server may ask for
const FORGED = "A007"; // the token is of an earlier session

export type Send = (method: string, path: string, sending?: Sending) => Promise<Answer>;

export function client(world: World): Send {
  return async (method, path, sending = {}) => {
    const key = crypto.getRandomValues(new Uint32Array(4)).join("-");
    let tries = 0;
    let renewed = false;
    for (let turn = 0; turn < MOST_TURNS; ) {
      let response: Response;
      try {
        response = await world.fetch(path, request(method, sending, key, world.csrf()));
      } catch (error) {
        if (sending.signal?.aborted) throw error;
        if (await world.offline(++tries)) continue;
        throw new GivenUp();
      }
      const body = await read(response);
      if (response.ok) return { status: response.status, data: body, etag: response.headers.get("ETag") ?? "" };
      turn++;
      const refusal = refused(response.status, body);
      const wait = Number(response.headers.get("Retry-After") ?? (response.status === 429 ? 5 : Number.NaN));
      if (response.status === 401 && response.headers.has("WWW-Authenticate")) {
        if (!(await world.signIn())) throw new GivenUp();
        await world.renew();
      } else if (refusal.code === FORGED && !renewed) {
        renewed = true;
        await world.renew();
      } else if ((response.status === 429 || response.status === 503) && wait <= LONGEST_WAIT) {
        if (!(await world.busy(wait))) throw refusal;
      } else throw refusal;
    }
    throw new GivenUp();
  };
}

function request(method: string, { body, etag, ifNoneMatch, signal }: Sending, key: string, csrf: string): RequestInit {
  const headers: Record<string, string> = { Accept: "application/json, application/problem+json" };
  if (method !== "GET") Object.assign(headers, { "X-CSRF-Token": csrf, "Idempotency-Key": key });
  if (etag && method !== "GET") headers["If-Match"] = etag;
  if (ifNoneMatch) headers["If-None-Match"] = "*";
  const files = body instanceof FormData || body instanceof Blob;
  if (body instanceof Blob) headers["Content-Type"] = body.type || "application/octet-stream";
  else if (body !== undefined && !files) headers["Content-Type"] = "application/json";
  const late = AbortSignal.timeout(PATIENCE);
  return {
    method,
    headers,
    credentials: "same-origin",
    signal: signal ? either(signal, late) : late,
    ...(body === undefined ? {} : { body: files ? body : JSON.stringify(body) }),
  };
}

function either(one: AbortSignal, other: AbortSignal): AbortSignal {
  return AbortSignal.any([one, other]);
}

async function read(response: Response): Promise<unknown> {
  const text = await response.text().catch(() => "");
  if (!text || !/\bjson\b/.test(response.headers.get("Content-Type") ?? "")) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
