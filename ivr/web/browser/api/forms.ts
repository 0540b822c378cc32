// Forms that speak with the API. Without scripts a form of this kind does nothing; every change goes one way.

import { t } from "../messages.ts";
import { all, on, tell } from "../page/dom.ts";
import { toast, toastLater } from "../page/toasts.ts";
import { present } from "./present.ts";
import { type Answer, Refused } from "./answer.ts";
import { decide } from "./conflict.ts";
import { blame, clear } from "./faults.ts";
import { read } from "./fields.ts";
import { complain, send, words } from "./send.ts";

const FORM = "form[data-api]";
const changed = new WeakSet<HTMLFormElement>();
let leaving = false;

export function forms(): void {
  on("submit", FORM, (form, event) => {
    event.preventDefault();
    if (form instanceof HTMLFormElement && form.getAttribute("aria-busy") !== "true") void submit(form, event.submitter);
  });
  on("input", FORM, (form) => {
    if (form instanceof HTMLFormElement) changed.add(form);
  });
  on("change", "[data-submit]", (field) => field.closest("form")?.requestSubmit());
  window.addEventListener("beforeunload", (event) => {
    const open = all<HTMLFormElement>(FORM).some((form) => changed.has(form) && !("unguarded" in form.dataset));
    if (open && !leaving) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "s" || event.defaultPrevented) return;
    const form = (event.target instanceof Element && event.target.closest<HTMLFormElement>(FORM)) || all<HTMLFormElement>(FORM)[0];
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  });
}

/** Whether another page is on its way already. */
export function going(): boolean {
  return leaving;
}

/** Leave without being asked: what was written is saved, or nobody wants it. */
export function go(to: string): void {
  leaving = true;
  if (to === "reload") location.reload();
  else location.assign(to);
}

async function submit(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const found = read(form, submitter);
  const [method = "POST", template = ""] = (form.dataset["api"] ?? "").split(/\s+/, 2);
  const path = filled(template, found.body);
  const uploads = form.enctype === "multipart/form-data";
  const detail = { body: uploads ? new FormData(form, submitter) : found.body };
  if (!tell(form, "ivory:before", detail, true)) return;
  clear(form);
  busy(form, true);
  try {
    const answer = await sendIt(form, method, path, detail.body);
    if (answer) saved(form, answer, found.body);
  } catch (error) {
    if (error instanceof Refused && (error.faults.length || error.status < 500))
      blame(form, error.title || words(error.status), error.faults, found, error.hint);
    else complain(error);
  } finally {
    busy(form, false);
  }
}

/** The answer; nothing when somebody else's change is taken instead. */
async function sendIt(form: HTMLFormElement, method: string, path: string, body: unknown): Promise<Answer | undefined> {
  const { etag } = form.dataset;
  try {
    return await send(method, path, { body, etag, ifNoneMatch: "ifNoneMatch" in form.dataset });
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 412 || !etag) throw error;
    const theirs = await send("GET", form.dataset["read"] ?? path);
    const decision = await decide(theirs, body);
    if (decision === "theirs") go("reload");
    if (decision !== "mine") return undefined;
    form.dataset["etag"] = theirs.etag;
    return sendIt(form, method, path, body);
  }
}

function saved(form: HTMLFormElement, answer: Answer, body: Record<string, unknown>): void {
  changed.delete(form);
  if (answer.etag && form.dataset["etag"] !== undefined) form.dataset["etag"] = answer.etag;
  tell(form, "ivory:saved", answer.data);
  const { done, then = "", show } = form.dataset;
  const leads = then === "reload" || then.startsWith("/");
  if (done) (leads ? toastLater : toast)(done);
  if (leads) go(filled(then, { ...body, ...(answer.data as object | null) }));
  else if (then === "close" || show) form.closest("dialog")?.close();
  if (show) present(show, answer.data);
}

/** A path with `{name}` filled from values. */
export function filled(template: string, values: Record<string, unknown>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name] ?? "")));
}

function busy(form: HTMLFormElement, on: boolean): void {
  form.setAttribute("aria-busy", String(on));
  for (const button of all<HTMLButtonElement>('button:not([type="button"])', form)) {
    if (on && button.matches(".primary")) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }
  form.querySelector(".form-problem")?.setAttribute("aria-label", t("Problems"));
}
