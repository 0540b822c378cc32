// <ivory-phone>: a telephone in the page. `data-mode="try"` calls flows; `data-mode="agent"` rings when an agent
// is called. What happens on it is told as `ivory:call`.

import { t } from "../messages.ts";
import { h, icon, tell } from "../page/dom.ts";
import { PhoneLine, type Told } from "./line.ts";
import { took } from "./said.ts";
import { Sound } from "./sound.ts";

type State = "closed" | "connecting" | "idle" | "dialled" | "ringing" | "incoming" | "talking";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const LETTERS: Record<string, string> = { "2": "ABC", "3": "DEF", "4": "GHI", "5": "JKL", "6": "MNO", "7": "PQRS", "8": "TUV", "9": "WXYZ", "0": "+" };
const BUSY: State[] = ["dialled", "ringing", "talking"];
const MOST_CAPTIONS = 50;

const CAUSES: Record<string, () => string> = {
  USER_BUSY: () => t("busy"),
  NO_ANSWER: () => t("nobody answered"),
  CALL_REJECTED: () => t("declined"),
  UNALLOCATED_NUMBER: () => t("this number leads nowhere"),
  NO_ROUTE_DESTINATION: () => t("this number leads nowhere"),
};

export class IvoryPhone extends HTMLElement {
  #state: State = "closed";
  #partner = "";
  #known = "";
  #since = 0;
  #wanted = "";
  #name = "";
  #asking = false;
  #note = "";
  #clock = 0;
  #pressed: HTMLElement | null = null;
  #line!: PhoneLine;
  readonly #sound = new Sound(
    (frame) => this.#state === "talking" && this.#line.sound(frame),
    (level) => (this.#meter.value = level),
  );

  readonly #number = h("input", { class: "phone-number", type: "text", autocomplete: "off", spellcheck: "false" });
  readonly #who = h("div", { class: "phone-who" });
  readonly #status = h("div", { class: "phone-status", role: "status" });
  readonly #meter = h("meter", { class: "meter", min: 0, max: 1, value: 0, "aria-label": t("Microphone") });
  readonly #actions = h("div", { class: "phone-actions" });
  readonly #captions = h("ol", { class: "phone-captions", "aria-live": "polite", "aria-label": t("What is said") });
  readonly #hint = h("p", { class: "phone-hint", hidden: true });
  readonly #muted = h("button", { class: "button icon-only", type: "button", "aria-pressed": "false", "aria-label": t("Mute") }, icon("mic"));
  readonly #volume = h("input", { type: "range", min: 0, max: 1.5, step: 0.05, value: 1, "aria-label": t("Volume") });

  connectedCallback(): void {
    const ask = new URLSearchParams({ mode: this.dataset["mode"] ?? "try" });
    if (this.dataset["agent"]) ask.set("agent", this.dataset["agent"]);
    this.#line = new PhoneLine(
      `${this.dataset["url"] ?? "/phone/socket"}?${ask}`,
      this.#agent,
      (event) => this.#told(event),
      (frame) => this.#sound.play(frame),
    );
    this.#number.value = this.dataset["number"] ?? this.dataset["flow"] ?? "";
    this.#number.setAttribute("aria-label", t("Number, or name of a flow"));
    this.#number.placeholder = t("Number, or name of a flow");
    this.replaceChildren(this.#face());
    this.#show();
    if (this.#agent) this.#line.connect();
  }

  disconnectedCallback(): void {
    this.#line.close();
    this.#sound.quiet();
    this.#sound.deaf();
  }

  get state(): State {
    return this.#state;
  }

  /** What is dialled in place of what was asked for, and what it is called; nothing: there is to be no call. */
  dialling: (to: string) => Promise<{ number: string; name: string } | undefined> = async (to) => ({ number: to, name: to });

  /** Call a number, or what was given to the telephone. */
  async call(to = this.#number.value.trim()): Promise<void> {
    if (!to || this.#asking || BUSY.includes(this.#state)) return;
    this.#number.value = to;
    this.#note = "";
    this.#captions.replaceChildren();
    this.#pressed = null;
    this.#asking = true;
    const dialled = await this.dialling(to).finally(() => (this.#asking = false));
    if (!dialled) return;
    this.#wanted = dialled.number;
    this.#name = dialled.name;
    await this.#wake();
    if (this.#state === "closed") {
      this.#become("connecting");
      this.#line.connect();
    } else this.#dial();
  }

  async answer(): Promise<void> {
    await this.#wake();
    this.#line.say({ do: "answer" });
  }

  reject(): void {
    this.#line.say({ do: "reject" });
  }

  hangUp(): void {
    this.#line.say({ do: "hangup" });
    if (this.#state === "connecting") this.#line.close();
  }

  key(key: string): void {
    if (this.#state !== "talking" && !BUSY.includes(this.#state)) {
      if (!this.#agent) this.#number.value += key;
      return;
    }
    this.#sound.key(key);
    this.#line.say({ do: "press", keys: key });
    if (this.#agent) return;
    if (this.#pressed) this.#pressed.textContent += key;
    else this.#pressed = this.#bubble("caller", key);
  }

  mute(on: boolean): void {
    this.#sound.muted = on;
    this.#muted.setAttribute("aria-pressed", String(on));
    this.#muted.replaceChildren(icon(on ? "mic-off" : "mic"));
    this.#muted.setAttribute("aria-label", on ? t("Speak again") : t("Mute"));
  }

  /** Show words that were said, by `who`: `flow`, `caller`, `agent`. */
  caption(who: string, words: string): void {
    this.#bubble(who, words);
    tell(this, "ivory:caption", { who, words });
  }

  #bubble(who: string, words: string): HTMLElement {
    const bubble = h("li", { class: `caption ${who}` }, words);
    this.#captions.append(bubble);
    while (this.#captions.childElementCount > MOST_CAPTIONS) this.#captions.firstElementChild?.remove();
    this.#captions.scrollTop = this.#captions.scrollHeight;
    return bubble;
  }

  /** What stands there as pressed is what the flow took, and what it did not take yet. */
  #took(told: string): void {
    const { lines, rest } = took(this.#pressed?.textContent ?? "", told);
    this.#pressed?.remove();
    for (const words of lines) this.caption("caller", words);
    this.#pressed = rest ? this.#bubble("caller", rest) : null;
  }

  get #agent(): boolean {
    return this.dataset["mode"] === "agent";
  }

  #face(): HTMLElement {
    const keys = KEYS.map((key) =>
      h("button", { class: "phone-key", type: "button", "data-phone-key": key, click: () => this.key(key) },
        h("span", {}, key), h("small", { "aria-hidden": "true" }, LETTERS[key] ?? "")));
    if (this.#agent) this.#muted.dataset["key"] = "m";
    this.#muted.addEventListener("click", () => this.mute(!this.#sound.muted));
    this.#volume.addEventListener("input", () => (this.#sound.volume = Number(this.#volume.value)));
    const face = h("div", { class: "phone", role: "group", "aria-label": t("Telephone") },
      h("div", { class: "phone-screen" }, this.#who, this.#status, this.#agent ? null : this.#number),
      this.#hint,
      h("div", { class: "phone-keys" }, ...keys),
      this.#actions,
      h("div", { class: "phone-sound" }, this.#muted, this.#meter, icon("volume"), this.#volume),
      this.#captions);
    face.addEventListener("keydown", (event) => this.#typed(event));
    this.#number.addEventListener("keydown", (event) => {
      if (event.key === "Enter") void this.call();
    });
    return face;
  }

  /** A key of the keyboard is one of the telephone while there is a call. */
  #typed(event: KeyboardEvent): void {
    if (event.target === this.#volume || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.#state === "talking" && KEYS.includes(event.key)) {
      event.preventDefault();
      this.key(event.key);
    }
  }

  async #wake(): Promise<void> {
    await this.#sound.start();
    const microphone = await this.#sound.listen();
    this.#hint.hidden = microphone === "on";
    this.#hint.textContent =
      microphone === "denied"
        ? t("The browser gives this page no microphone: you can listen and press keys. The lock beside the address changes that.")
        : t("No microphone was found: you can listen and press keys.");
  }

  #dial(): void {
    this.#line.say({ do: "dial", number: this.#wanted });
    this.#partner = this.#name;
    this.#become("dialled");
  }

  #told(event: Told): void {
    switch (event.event) {
      case "ready":
        return this.#ready(event);
      case "registered":
        this.#note = "";
        return this.#show();
      case "unregistered":
        this.#note = t("The switch does not ring here: {why}", { why: String(event["reason"] ?? "") });
        return this.#show();
      case "ringing":
        this.#sound.ring("there");
        return this.#become("ringing");
      case "early":
        return this.#sound.quiet();
      case "incoming":
        this.#partner = this.#known || [event["name"], event["number"]].filter(Boolean).join(" · ");
        void this.#sound.start().then(() => this.#state === "incoming" && this.#sound.ring("here"));
        return this.#become("incoming");
      case "answered":
        return this.#talk(0);
      case "ended":
        return this.#over(String(event["cause"] ?? ""));
      case "refused":
        this.#note = [event["message"], event["hint"]].filter(Boolean).join(t(": "));
        return this.#become(this.#line.open ? "idle" : "closed");
      case "step":
        return void tell(this, "ivory:step", event);
      case "input":
        return this.#took(String(event["input"] ?? ""));
      case "gone":
      case "closed":
        return this.#lost(event);
    }
  }

  #ready(event: Told): void {
    const partner = event["partner"] as { number: string; name: string } | null;
    if (partner) this.#partner = this.#known || [partner.name, partner.number].filter(Boolean).join(" · ");
    if (event["phase"] === "talking") return void this.#wake().then(() => this.#talk(Number(event["talking"] ?? 0)));
    if (event["phase"] === "rung") return this.#become("incoming");
    if (this.#wanted) this.#dial();
    else this.#become("idle");
  }

  /** Who it is that calls, in the words of the page; empty: what the switch shows. */
  knows(who: string): void {
    this.#known = who;
    if (!who || this.#partner === who) return;
    this.#partner = who;
    if (this.#state === "incoming" || this.#state === "talking") this.#who.textContent = who;
  }

  #talk(seconds: number): void {
    this.#sound.quiet();
    this.#sound.silence();
    this.#since = performance.now() - seconds * 1000;
    this.#become("talking");
  }

  #over(cause: string): void {
    this.#wanted = "";
    this.#sound.quiet();
    this.#sound.deaf();
    this.#note = t("Call ended") + (CAUSES[cause] ? t(": ") + CAUSES[cause]() : "");
    this.#become("idle");
    if (!this.#agent) this.#line.close();
  }

  #lost(event: Told): void {
    this.#sound.quiet();
    if (this.#state === "talking") this.#note = t("The connection is lost");
    else if (event["reason"] && event["reason"] !== "network") this.#note = String(event["reason"]);
    if (event["again"]) this.#note = t("The connection is lost; trying again");
    if (!event["again"]) this.#sound.deaf();
    this.#wanted = "";
    this.#become("closed");
  }

  #become(state: State): void {
    const before = this.#state;
    this.#state = state;
    clearInterval(this.#clock);
    if (state === "talking") this.#clock = window.setInterval(() => this.#tick(), 500);
    if (state !== "incoming" && before === "incoming") this.#sound.quiet();
    this.#show();
    if (before !== state) tell(this, "ivory:call", { state: state === "closed" ? "idle" : state, partner: this.#partner });
  }

  #tick(): void {
    const seconds = Math.floor((performance.now() - this.#since) / 1000);
    this.#status.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  #show(): void {
    const busy = BUSY.includes(this.#state) || this.#state === "connecting";
    const words: Record<State, string> = {
      closed: this.#agent ? t("Not connected") : t("Ready to call"),
      connecting: t("Connecting"),
      idle: this.#agent ? t("Ready to ring") : t("Ready to call"),
      dialled: t("Calling"),
      ringing: t("It rings there"),
      incoming: t("Somebody calls"),
      talking: "0:00",
    };
    this.dataset["state"] = this.#state;
    this.#who.textContent = busy || this.#state === "incoming" ? this.#partner : "";
    this.#status.textContent = !busy && this.#state !== "incoming" && this.#note ? this.#note : words[this.#state];
    this.#number.hidden = busy;
    const button = (label: string, name: string, kind: string, act: () => void, key?: string) =>
      h("button", { class: `button large ${kind}`, type: "button", "data-key": this.#agent && key, click: act }, icon(name), label);
    const actions: Record<string, () => HTMLElement[]> = {
      incoming: () => [
        button(t("Answer"), "phone-in", "primary", () => void this.answer(), "a"),
        button(t("Decline"), "hang-up", "danger", () => this.reject()),
      ],
      busy: () => [button(t("Hang up"), "hang-up", "danger", () => this.hangUp())],
      idle: () => (this.#agent ? this.#again() : [button(t("Call"), "phone", "primary", () => void this.call())]),
    };
    const focused = this.#actions.contains(document.activeElement);
    this.#actions.replaceChildren(...(actions[this.#state === "incoming" ? "incoming" : busy ? "busy" : "idle"]?.() ?? []));
    if (focused) this.#actions.querySelector("button")?.focus();
    if (this.#state === "talking") this.#tick();
  }

  #again(): HTMLElement[] {
    if (this.#state !== "closed") return [];
    return [h("button", { class: "button", type: "button", click: () => this.#line.connect(true) }, t("Use this telephone"))];
  }
}

customElements.define("ivory-phone", IvoryPhone);
