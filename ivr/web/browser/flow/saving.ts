// Saving a text, and what happens when somebody else has saved one meanwhile.

import { type Answer, Refused } from "../api/answer.ts";
import { send, words } from "../api/send.ts";
import { language, t } from "../messages.ts";
import { ask } from "../page/dialogs.ts";
import { h } from "../page/dom.ts";
import { relative } from "../page/times.ts";
import { toast } from "../page/toasts.ts";
import { differences, shortened } from "./differences.ts";

export interface Saved {
  etag: string;
  data: unknown;
  /** The text of the other, where it was taken. */
  text?: string;
}

interface Theirs {
  text?: string;
  changed_by?: string;
  by?: string;
  changed_at?: string;
  changed?: string;
}

/** Save; nothing when it was given up. Raises Refused and GivenUp. */
export async function save(order: string, text: string, etag: string): Promise<Saved | undefined> {
  const [method = "PUT", path = ""] = order.split(/\s+/, 2);
  try {
    return saved(await send(method, path, { body: { text }, etag: etag || undefined, ifNoneMatch: !etag }));
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 412) throw error;
    const theirs = await send("GET", path);
    const told = (theirs.data ?? {}) as Theirs;
    const choice = await decide(told, text);
    if (choice === "theirs") return { ...saved(theirs), text: told.text ?? text };
    return choice === "mine" ? save(order, text, theirs.etag) : undefined;
  }
}

function saved({ etag, data }: Answer): Saved {
  return { etag, data };
}

/** Say why it was not saved. */
export function refused(error: Refused): void {
  toast([error.title || words(error.status), error.hint].filter(Boolean).join(t("; ")), { tone: "bad" });
}

async function decide(theirs: Theirs, mine: string): Promise<string> {
  const who = theirs.changed_by ?? theirs.by;
  const at = theirs.changed_at ?? theirs.changed;
  const when = at ? relative((Date.parse(at) - Date.now()) / 1000) : "";
  const told = who ? t("{who} saved a change {when}, while you were writing.", { who, when }) : t("Somebody saved a change while you were writing.");
  const lines = shortened(differences(theirs.text ?? "", mine)).map((line) =>
    line ? h("span", { class: { "+": "add", "-": "del", " ": "ctx" }[line.sign] }, `${line.sign} ${line.text}`) : h("span", { class: "ctx soft" }, "⋯"),
  );
  const body = [told, h("p", { class: "soft small" }, t("- is theirs, + is yours")), h("pre", { class: "diff", lang: language, tabindex: 0 }, ...lines)];
  return ask(t("It was changed meanwhile"), body, [
    { label: t("Cancel"), value: "" },
    { label: t("Take theirs"), value: "theirs" },
    { label: t("Keep mine"), value: "mine", kind: "primary" },
  ], true);
}
