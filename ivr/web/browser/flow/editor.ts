// `<ivory-editor>`: a flow (or its tests) as text, with all that a language server would tell. Around a textarea, so
// that a page without scripts still has the text.

import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentService, indentUnit } from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { GivenUp, Refused } from "../api/answer.ts";
import { t } from "../messages.ts";
import { h, tell } from "../page/dom.ts";
import { relative } from "../page/times.ts";
import { toast } from "../page/toasts.ts";
import { type Checked, Checker, place } from "./check.ts";
import { completing } from "./complete.ts";
import type { FlowGraph } from "./graph.ts";
import { hovering } from "./hover.ts";
import { type Kept, Keeping } from "./keeping.ts";
import { Knowledge } from "./knowledge.ts";
import { look } from "./look.ts";
import { navigating, reveal } from "./navigate.ts";
import { nodeAt, outline } from "./outline.ts";
import { refused, save } from "./saving.ts";

const FIRST_CHECK = 60; // ms

export class FlowEditor extends HTMLElement {
  private view: EditorView | undefined;
  private begun: EditorState | undefined;
  private readonly knowledge = new Knowledge();
  private checker: Checker | undefined;
  private keeping: Keeping | undefined;
  private kept = "";
  private at = "";
  private saving: Promise<boolean> | undefined;
  private readonly status = h("div", { class: "flow-status", role: "status" });
  private readonly where = h("span", { class: "push num" });
  private readonly state = h("span", {});

  connectedCallback(): void {
    this.kept = this.querySelector("textarea")?.value ?? "";
    // Tasks of their own: reading these scripts is work enough for one, and so is reading the text.
    setTimeout(() => {
      this.read();
      setTimeout(() => this.built());
    });
  }

  /** The text as the editor has it, before there is anything to be seen. */
  private read(): EditorState | undefined {
    const area = this.querySelector("textarea");
    if (this.begun || !area || !this.isConnected) return this.begun;
    const { check = "", docs = "/docs" } = this.dataset;
    this.checker = new Checker({
      path: check,
      docs,
      checked: (answer) => this.checked(answer),
      busy: (on) => this.toggleAttribute("checking", on),
    });
    const label = area.getAttribute("aria-label") ?? t("The flow in YAML");
    this.begun = EditorState.create({ doc: area.value, extensions: [this.extensions(label, docs), check ? this.checker.extension : []] });
    return this.begun;
  }

  /** The editor, made when it is first needed. */
  private built(): EditorView | undefined {
    const area = this.querySelector("textarea");
    const state = this.view ? undefined : this.read();
    if (!state || !area || !this.checker) return this.view;
    const { check = "", schema, names } = this.dataset;
    area.hidden = true;
    this.status.append(this.state, this.where);
    const box = h("div", { class: "flow-code-box" });
    this.append(box, this.status);
    this.view = new EditorView({ state, parent: box });
    addEventListener("beforeunload", this.leaving);
    this.tellState();
    if (this.dataset["save"]) this.recall(new Keeping(this.dataset["save"]));
    void this.knowledge.learn(schema, names);
    if (check) this.checker.soon(this.view, FIRST_CHECK);
    this.graph?.addEventListener("ivory:node", (event) => this.goToNode((event as CustomEvent<{ node: string }>).detail.node));
    return this.view;
  }

  disconnectedCallback(): void {
    this.checker?.stop();
    this.view?.destroy();
    this.view = this.begun = undefined;
    removeEventListener("beforeunload", this.leaving);
  }

  get text(): string {
    return this.view?.state.doc.toString() ?? this.kept;
  }

  /** Setting it is one change, which can be undone. */
  set text(text: string) {
    const view = this.built();
    if (view) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, userEvent: "input.replace" });
  }

  /** Whether the server has what is written here. */
  get saved(): boolean {
    return this.text === this.kept;
  }

  /** Show a place; lines and columns count from 1. */
  goTo(line: number, column = 1): void {
    const view = this.built();
    if (view) reveal(view, place(view.state.doc, line, column));
  }

  goToNode(name: string): void {
    const [view, node] = [this.built(), outline(this.text).nodes.get(name)];
    if (view && node) reveal(view, node.key[0]);
  }

  /** Save the text. Whether the server has it now. */
  save(): Promise<boolean> {
    this.saving ??= this.saveIt().finally(() => (this.saving = undefined));
    return this.saving;
  }

  /** What was written here before, and never saved, is offered again. */
  private recall(keeping: Keeping): void {
    const found = keeping.found(this.kept);
    this.keeping = keeping;
    if (!found) return;
    const bringBack = (kept: Kept) => {
      this.text = kept.text;
      this.dataset["etag"] = kept.etag; // what others saved since then is shown before it is written over
    };
    const when = relative((found.at - Date.now()) / 1000);
    toast(t("What you wrote here {when} was not saved.", { when }), {
      seconds: 0,
      actions: { [t("Bring it back")]: () => bringBack(found), [t("Forget it")]: () => this.saved && keeping.forget() },
    });
  }

  private async saveIt(): Promise<boolean> {
    const order = this.dataset["save"];
    if (!order) return false;
    const { text } = this;
    this.say(t("Saving…"));
    try {
      const done = await save(order, text, this.dataset["etag"] ?? "");
      if (!done) return false;
      this.dataset["etag"] = done.etag;
      this.kept = done.text ?? text;
      this.keeping?.forget();
      if (done.text !== undefined && done.text !== text) this.text = done.text;
      toast(t("Saved"), { seconds: 2 });
      tell(this, "ivory:saved", done.data);
      return true;
    } catch (error) {
      if (error instanceof Refused) refused(error);
      else if (!(error instanceof GivenUp)) toast(t("That did not work"), { tone: "bad" });
      return false;
    } finally {
      this.tellState();
    }
  }

  private extensions(label: string, docs: string): Extension {
    const { nonce } = this;
    return [
      nonce ? EditorView.cspNonce.of(nonce) : [],
      lineNumbers(),
      highlightActiveLineGutter(),
      highlightSpecialChars(),
      history(),
      foldGutter(),
      codeFolding(),
      lintGutter(),
      drawSelection(),
      indentUnit.of("  "),
      indentService.of(({ state }, pos) => indentation(state, pos)),
      EditorView.lineWrapping,
      bracketMatching(),
      closeBrackets(),
      autocompletion({ override: [completing(this.knowledge, docs)], icons: true, activateOnTypingDelay: 60, maxRenderedOptions: 80 }),
      highlightActiveLine(),
      highlightSelectionMatches(),
      search({ top: true }),
      yaml(),
      hovering(this.knowledge, docs),
      navigating(this.knowledge),
      look(),
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0", "data-keys": "", spellcheck: "false", autocapitalize: "off" }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) {
          this.tellState();
          this.keeping?.soon(() => (this.saved ? undefined : { text: this.text, etag: this.dataset["etag"] ?? "" }));
        }
        if (update.selectionSet || update.docChanged) this.tellWhere(update.state);
      }),
      keymap.of([
        { key: "Mod-s", run: () => (void this.save(), true), preventDefault: true },
        { key: "Tab", run: acceptCompletion },
        ...closeBracketsKeymap,
        ...completionKeymap,
        ...searchKeymap,
        ...historyKeymap,
        ...foldKeymap,
        ...lintKeymap,
        ...defaultKeymap,
        indentWithTab,
      ]),
    ];
  }

  private get graph(): FlowGraph | null {
    return document.querySelector<FlowGraph>(`ivory-graph#${CSS.escape(this.getAttribute("graph") ?? "-")}`);
  }

  private checked(answer: Checked): void {
    const errors = answer.findings.filter(({ severity }) => severity === "error").length;
    this.dataset["errors"] = String(errors);
    this.dataset["warnings"] = String(answer.findings.length - errors);
    this.tellState();
    if (answer.graph) this.graph?.show(answer.graph.svg);
    else this.graph?.setAttribute("old", "");
    tell(this, "ivory:checked", answer);
  }

  private tellState(): void {
    const { errors = "0", warnings = "0" } = this.dataset;
    const found = [
      Number(errors) > 0 && (errors === "1" ? t("1 error") : t("{number} errors", { number: errors })),
      Number(warnings) > 0 && (warnings === "1" ? t("1 remark") : t("{number} remarks", { number: warnings })),
    ].filter(Boolean);
    const unsaved = this.dataset["save"] && !this.saved;
    this.toggleAttribute("unsaved", Boolean(unsaved));
    this.say([unsaved ? t("Not saved") : t("Saved"), ...found].join(" · "));
  }

  private say(words: string): void {
    if (this.state.textContent !== words) this.state.textContent = words;
  }

  private tellWhere(state: EditorState): void {
    const { head } = state.selection.main;
    const line = state.doc.lineAt(head);
    this.where.textContent = t("Line {line}, column {column}", { line: line.number, column: head - line.from + 1 });
    clearTimeout(this.telling);
    this.telling = window.setTimeout(() => this.tellNode(line.number), 120);
  }

  private telling = 0;

  /** The node that the cursor is in, for whoever shows it. */
  private tellNode(line: number): void {
    const node = nodeAt(outline(this.text), line)?.name ?? "";
    if (node !== this.at) {
      this.at = node;
      this.graph?.select(node);
    }
    tell(this, "ivory:at", { node, line });
  }

  private readonly leaving = (event: BeforeUnloadEvent) => {
    if (this.dataset["save"] && !this.saved) event.preventDefault();
  };
}

/** How far a new line is indented: below a key that has nothing behind it by one step more. */
function indentation(state: EditorState, pos: number): number {
  let before = state.doc.lineAt(pos);
  while (before.number > 1 && (before.from === pos || !before.text.trim())) before = state.doc.line(before.number - 1);
  const text = state.sliceDoc(before.from, Math.min(pos, before.to));
  const indent = /^\s*(- +)*/.exec(text)?.[0] ?? "";
  const opens = /(^|[^#]*[\w"']):\s*([|>][+-]?)?\s*(#.*)?$/.test(text) && !/^\s*#/.test(text);
  return indent.length + (opens ? 2 : 0);
}

customElements.define("ivory-editor", FlowEditor);
