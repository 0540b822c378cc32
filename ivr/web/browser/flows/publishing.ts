// Before a flow is published: what its tests say, and what is different from what serves. Afterwards one is still in
// the editor, with the telephone beside it, and may go back.

import { Refused } from "../api/answer.ts";
import { complain, send } from "../api/send.ts";
import { t } from "../messages.ts";
import { open } from "../page/dialogs.ts";
import { h, icon } from "../page/dom.ts";
import { toast } from "../page/toasts.ts";
import { type Editor, editor } from "./parts.ts";
import { renew } from "./renewing.ts";
import { type Case, run } from "./running.ts";

const FEW = 5;

interface Change {
  sign: string;
  what: string;
  where: string;
  old: string;
  new: string;
}

interface Decided {
  /** Nothing where it was so already. */
  release: { turn: number; kind: string; percent: number } | null;
  version: string;
}

export function publishing(): void {
  const dialog = document.querySelector<HTMLDialogElement>("dialog#publish");
  const button = document.querySelector<HTMLElement>("[data-publish]");
  if (!dialog || !button) return;
  const saved = saving();
  const begin = async () => {
    if (!(await saved())) return;
    open(dialog);
    await Promise.all([tests(dialog), changes(dialog)]);
  };
  button.addEventListener("click", () => void begin());
  dialog.addEventListener("ivory:saved", (event) => published(event.target as HTMLFormElement, (event as CustomEvent<Decided>).detail));
  if (new URLSearchParams(location.search).has("publish")) void begin();
}

/** Say what serves now, and how to go back. */
function published(form: HTMLFormElement, { release, version }: Decided): void {
  const { serving: before = "", versions = "" } = form.dataset;
  const flow = (form.dataset["api"] ?? "").replace(/^\w+ |\/publish$/g, "");
  const untested = form.querySelector<HTMLInputElement>("[name=untested]")?.checked;
  const values = { version: version.slice(0, 6), percent: release?.percent ?? 100 };
  const words =
    release === null
      ? t("Version {version} serves already", values)
      : release.kind === "canary"
        ? t("Published: version {version} serves {percent} % of the callers", values)
        : t("Published: version {version} serves new callers", values);
  const back = release?.kind === "canary" ? ["share", { percent: 0 }] : ["rollback", { version: before }];
  const undo = async () => {
    try {
      await send("POST", `${flow}/${back[0] as string}`, { body: back[1], etag: `"${release?.turn}"` }); // unless others decided since
      toast(t("Undone"));
      await renew();
    } catch (error) {
      complain(error);
    }
  };
  toast(untested && release ? `${words}; ${t("its tests do not pass")}` : words, {
    seconds: 12,
    actions: { [t("Versions")]: () => location.assign(versions) },
    undo: release && before ? undo : undefined, // before the first one its file served: no decision leads back there
  });
  void renew();
}

/** What publishes is what is saved: whether what is written is, after it was tried where it was not. */
function saving(): () => Promise<boolean> {
  let kept: string | undefined;
  const found = editor().then((writer) => {
    kept = writer?.text;
    writer?.addEventListener("ivory:saved", () => (kept = writer.text));
    return writer;
  });
  return async () => {
    const writer: Editor | null = await found;
    if (writer && writer.text !== kept) await writer.save();
    return writer === null || writer.text === kept;
  };
}

async function tests(dialog: HTMLDialogElement): Promise<void> {
  const box = dialog.querySelector<HTMLElement>("[data-publish-tests]");
  const anyway = dialog.querySelector<HTMLElement>("[data-publish-anyway]");
  if (!box || !anyway) return;
  const failed: Case[] = [];
  let played = 0;
  box.replaceChildren(h("p", { class: "soft" }, h("span", { class: "spinner" }), ` ${t("Its tests are played…")}`));
  try {
    const report = await run(box.dataset["publishTests"] ?? "", {}, (one) => {
      played++;
      if (one.result === "failed") failed.push(one);
    });
    const good = report.ok;
    anyway.hidden = good;
    box.replaceChildren(good ? passed(played, report.percent) : broken(failed, report.findings, box.dataset["testsPage"] ?? ""));
  } catch (error) {
    anyway.hidden = false;
    const known = error instanceof Refused ? error : undefined;
    box.replaceChildren(notice("warn", known?.title || t("Its tests could not be played"), [known?.hint ?? ""]));
    if (!known) complain(error);
  }
}

function passed(number: number, percent: number): HTMLElement {
  if (!number) return notice("warn", t("It has no tests"), [t("Nobody will notice when a change breaks it.")]);
  const ways = t("{percent} % of the ways through it were taken.", { percent: Math.round(percent) });
  return notice("ok", number === 1 ? t("Its test passes") : t("Its {number} tests pass", { number }), [ways]);
}

function broken(failed: Case[], findings: { line: number; message: string }[], page: string): HTMLElement {
  const lines = [...failed.map(({ name, failures }) => `${name}: ${failures?.[0]?.message ?? ""}`), ...findings.map(({ line, message }) => `${line}: ${message}`)];
  const box = notice("bad", t("Its tests do not pass"), []);
  const list = h("ul", {}, ...lines.slice(0, FEW).map((line) => h("li", {}, line)), lines.length > FEW && h("li", {}, t("and {number} more", { number: lines.length - FEW })));
  box.lastElementChild?.append(list, h("a", { href: page }, t("Look at the tests")));
  return box;
}

async function changes(dialog: HTMLDialogElement): Promise<void> {
  const box = dialog.querySelector<HTMLElement>("[data-publish-changes]");
  if (!box) return;
  try {
    const { data } = await send("GET", box.dataset["publishChanges"] ?? "");
    const told = data as { old: string; new: string; flows: Record<string, Change[]>; others: Change[] };
    const every = [...Object.values(told.flows).flat(), ...told.others];
    if (told.old === told.new) return box.replaceChildren(notice("info", t("The draft is what serves already"), []));
    const rows = every.slice(0, FEW).map(({ sign, where, old, new: now }) => h("li", {}, `${sign} `, h("code", {}, where), old && h("del", {}, ` ${old}`), now && h("ins", {}, ` ${now}`)));
    const more = every.length > FEW && h("li", { class: "soft" }, t("and {number} more", { number: every.length - FEW }));
    const none = !every.length && h("li", { class: "soft" }, t("Only comments and layout"));
    box.replaceChildren(
      h("div", { class: "row between" }, h("strong", {}, t("What changes")), h("a", { href: box.dataset["changesPage"] ?? "", class: "small" }, t("All of it, with the lines"))),
      h("ul", { class: "flow-changes small" }, ...rows, more, none),
    );
  } catch (error) {
    if (error instanceof Refused) box.replaceChildren(notice("bad", error.title, error.faults.slice(0, FEW).map(({ detail }) => detail)));
    else complain(error);
  }
}

function notice(tone: "ok" | "info" | "warn" | "bad", title: string, lines: string[]): HTMLElement {
  const sign = { ok: "check", info: "info", warn: "alert", bad: "x-circle" }[tone];
  return h("div", { class: `notice ${tone}` }, icon(sign), h("div", {}, h("strong", {}, title), ...lines.filter(Boolean).map((line) => h("p", {}, line))));
}
