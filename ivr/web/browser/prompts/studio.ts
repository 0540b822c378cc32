// Where a sentence is said anew: recorded or brought, listened to, taken, taken back.

import { Refused } from "../api/answer.ts";
import { complain, send } from "../api/send.ts";
import { t } from "../messages.ts";
import { open } from "../page/dialogs.ts";
import { all, h, on } from "../page/dom.ts";
import { inSeconds } from "../page/times.ts";
import { toast } from "../page/toasts.ts";
import { type Line, of, path, show, sound } from "./line.ts";
import { play, quiet } from "./player.ts";
import { LONGEST, Recorder } from "./recorder.ts";

export class Studio {
  #row: HTMLElement | null = null;
  #take: Blob | null = null;
  #address = "";
  readonly #recorder = new Recorder((level, seconds) => this.#heard(level, seconds));

  constructor(readonly dialog: HTMLDialogElement) {
    on("click", "[data-studio]", (button) => this.#open(button.closest<HTMLElement>("[data-line]")));
    this.#press("hear", (button) => play(button, sound(this.#line)));
    this.#press("hear-take", (button) => play(button, this.#address));
    this.#press("record", () => this.#record());
    this.#press("stop", () => this.#stop());
    this.#press("keep", (button) => this.#keep(button));
    this.#press("force", (button) => this.#keep(button, true));
    this.#press("revert", (button) => this.#change(button, "POST", "/revert", t("The take before is heard again")));
    this.#press("remove", (button) => this.#change(button, "DELETE", "/recording", t("A voice says it again")));
    this.#press("next", () => this.#open(this.#following()));
    this.#bringing();
    dialog.addEventListener("close", () => this.#leave());
  }

  get #line(): Line {
    return of(this.#row as HTMLElement);
  }

  #part<E extends HTMLElement = HTMLElement>(name: string): E | null {
    return this.dialog.querySelector<E>(`[data-${name}]`);
  }

  #press(name: string, act: (button: HTMLElement) => unknown): void {
    this.#part(name)?.addEventListener("click", ({ currentTarget }) => void act(currentTarget as HTMLElement));
  }

  #open(row: HTMLElement | null): void {
    if (!row) return;
    this.#leave();
    this.#row = row;
    const line = this.#line;
    this.#say("language", line.language);
    this.#say("text", line.text);
    this.#part("text")?.setAttribute("lang", line.language);
    this.#say("part-of", line.part_of);
    this.#part("part")?.toggleAttribute("hidden", !line.part_of);
    this.#part("uses")?.replaceChildren(
      ...line.uses.map(({ flow, place }) => h("li", {}, h("a", { href: `/flows/${flow}` }, flow), " ", h("code", {}, place))),
    );
    this.#refresh(line);
    if (!this.dialog.open) open(this.dialog);
  }

  /** What depends on the recording there is. */
  #refresh(line: Line): void {
    show(this.dialog, line);
    this.#part("revert")?.toggleAttribute("hidden", !line.former);
    this.#part("remove")?.toggleAttribute("hidden", line.sound !== "recorded");
    this.#part("next")?.toggleAttribute("hidden", !this.#following());
  }

  #following(): HTMLElement | null {
    const rows = all("[data-line]");
    return rows[rows.indexOf(this.#row as HTMLElement) + 1] ?? null;
  }

  #leave(): void {
    quiet();
    if (this.#recorder.running) this.#recorder.stop();
    this.#recording(false);
    this.#taken(null);
    this.#say("clock", "");
    this.#say("hint", "");
  }

  // Recording -------------------------------------------------------------------------------------

  async #record(): Promise<void> {
    quiet();
    this.#taken(null);
    this.#say("hint", t("Speak as you would to one caller."));
    try {
      await this.#recorder.start();
      this.#recording(true);
    } catch (error) {
      const denied = (error as DOMException).name === "NotAllowedError";
      this.#say("hint", denied ? t("The browser gives this page no microphone. The lock beside the address changes that.") : t("No microphone was found. You can bring a file."));
    }
  }

  #heard(level: number, seconds: number): void {
    const meter = this.#part<HTMLMeterElement>("level");
    if (meter) meter.value = level;
    this.#say("clock", inSeconds(seconds.toFixed(1)));
    if (level > 0.98) this.#say("hint", t("Too loud: a little further from the microphone."));
    if (seconds >= LONGEST) this.#stop();
  }

  #stop(): void {
    if (!this.#recorder.running) return;
    this.#taken(this.#recorder.stop());
    this.#recording(false);
    this.#part("hear-take")?.focus();
  }

  #recording(on: boolean): void {
    this.#part("record")?.toggleAttribute("hidden", on);
    this.#part("stop")?.toggleAttribute("hidden", !on);
    if (on) this.#part("stop")?.focus();
    const meter = this.#part<HTMLMeterElement>("level");
    if (meter && !on) meter.value = 0;
  }

  #taken(take: Blob | null): void {
    if (this.#address) URL.revokeObjectURL(this.#address);
    this.#take = take;
    this.#address = take ? URL.createObjectURL(take) : "";
    this.#part("take")?.toggleAttribute("hidden", !take);
    this.#part("faults")?.setAttribute("hidden", "");
  }

  #bringing(): void {
    const [file, drop] = [this.#part<HTMLInputElement>("file"), this.#part("drop")];
    file?.addEventListener("change", () => {
      if (file.files?.[0]) this.#taken(file.files[0]);
      file.value = "";
    });
    drop?.addEventListener("dragover", (event) => event.preventDefault());
    drop?.addEventListener("drop", (event) => {
      event.preventDefault();
      const dropped = event.dataTransfer?.files[0];
      if (dropped) this.#taken(dropped);
    });
  }

  // What the API is told --------------------------------------------------------------------------

  async #keep(button: HTMLElement, force = false): Promise<void> {
    if (!this.#take) return;
    const body = this.#take;
    const changed = await this.#change(button, "PUT", `/recording${force ? "?force=yes" : ""}`, t("Callers hear it within ten seconds"), body);
    if (!changed) return;
    this.#taken(null);
    this.#say("hint", (changed.remarks ?? []).join(" "));
    this.#part("next")?.focus();
  }

  async #change(button: HTMLElement, method: string, what: string, done: string, body?: Blob): Promise<Line | null> {
    const [row, line] = [this.#row as HTMLElement, this.#line];
    quiet();
    button.setAttribute("aria-busy", "true");
    try {
      const { data } = await send(method, path(line) + what, {
        body, ...(line.etag ? { etag: `"${line.etag}"` } : { ifNoneMatch: method === "PUT" }),
      });
      const changed = data as Line;
      row.dataset["line"] = JSON.stringify(changed);
      show(row, changed);
      if (row === this.#row) this.#refresh(changed);
      toast(done);
      return changed;
    } catch (error) {
      if (error instanceof Refused && error.status === 422 && body) this.#blame(error);
      else if (error instanceof Refused && error.status === 412)
        toast(t("Somebody has changed it meanwhile"), { tone: "bad", actions: { [t("Load again")]: () => location.reload() } });
      else complain(error);
      return null;
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  /** What is wrong with a take; what only sounds odd may be taken all the same. */
  #blame(error: Refused): void {
    this.#say("fault", error.faults.map(({ detail }) => detail).join(" ") || error.title);
    this.#part("faults")?.removeAttribute("hidden");
    this.#part("force")?.toggleAttribute("hidden", !error.hint);
  }

  #say(name: string, words: string): void {
    const place = this.#part(name);
    if (place && place.textContent !== words) place.textContent = words;
  }
}
