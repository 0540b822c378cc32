// The client in this page: how people are asked to sign in, to wait, or told that there is no network.

import { t } from "../messages.ts";
import { ask } from "../page/dialogs.ts";
import { meta } from "../page/dom.ts";
import { toast } from "../page/toasts.ts";
import { GivenUp, Refused } from "./answer.ts";
import { client } from "./client.ts";

const EVERY = 5_000; // ms between tries while the network is away
const MOST_TRIES = 60;
let token = meta("csrf-token");

export const send = client({
  fetch: (path, init) => fetch(path, init),
  csrf: () => token,
  signIn,
  offline,
  busy,
  renew,
});

/** The token that goes with every change. */
export function csrf(): string {
  return token;
}

/** Say what went wrong, where no field can. */
export function complain(error: unknown): void {
  if (error instanceof GivenUp) return;
  if (error instanceof Refused) {
    const faults = error.faults.map((fault) => fault.detail).join(" ");
    toast([error.title || words(error.status), error.hint, faults].filter(Boolean).join(t("; ")), { tone: "bad" });
  } else {
    console.error(error);
    toast(t("That did not work"), { tone: "bad" });
  }
}

/** A status without words of its own. */
export function words(status: number): string {
  if (status === 403) return t("You may not do that");
  if (status === 404) return t("It is not there any more");
  if (status === 409 || status === 412) return t("Somebody has changed it meanwhile");
  if (status === 413) return t("That is too large");
  if (status >= 500) return t("The server could not do that; try again in a while");
  return t("That did not work");
}

let signingIn: Promise<boolean> | undefined;

/** One question, whoever asks; what is on the page stays as it is. */
function signIn(): Promise<boolean> {
  signingIn ??= askToSignIn().finally(() => (signingIn = undefined));
  return signingIn;
}

async function askToSignIn(): Promise<boolean> {
  const body = [t("Your session has ended. Sign in again in a new tab, then come back: nothing you typed is lost.")];
  const chosen = await ask(t("You are signed out"), body, [
    { label: t("Cancel"), value: "" },
    { label: t("Sign in"), value: "open", kind: "primary" },
  ]);
  if (chosen !== "open") return false;
  window.open(meta("sign-in") || "/sign-in", "_blank", "noopener");
  return (
    (await ask(t("Signed in again?"), [t("What you were doing goes on when you are.")], [
      { label: t("Cancel"), value: "" },
      { label: t("Go on"), value: "yes", kind: "primary" },
    ])) === "yes"
  );
}

function offline(tries: number): Promise<boolean> {
  if (tries > MOST_TRIES) return Promise.resolve(false);
  return waiting(t("No connection to the server. It is tried again by itself."), EVERY, true);
}

function busy(seconds: number): Promise<boolean> {
  return waiting(t("Too many requests at once. Goes on in {seconds} s.", { seconds: Math.ceil(seconds) }), seconds * 1000, false);
}

function waiting(message: string, ms: number, online: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (again: boolean) => {
      clearTimeout(timer);
      window.removeEventListener("online", back);
      close();
      resolve(again);
    };
    const back = () => done(true);
    const timer = setTimeout(back, ms);
    if (online) window.addEventListener("online", back);
    const close = toast(message, {
      tone: "bad",
      seconds: 0,
      actions: { [t("Try now")]: () => done(true), [t("Cancel")]: () => done(false) },
    });
  });
}

/** This page as it would be served now has the token of the new session. */
async function renew(): Promise<void> {
  const response = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  token = page.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? token;
}
