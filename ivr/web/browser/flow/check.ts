// Lint as one writes: the text goes to the server when the hand rests, an answer that is late is thrown away.

import { type Action, type Diagnostic, setDiagnostics } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import { EditorView, type ViewUpdate } from "@codemirror/view";
import { GivenUp } from "../api/answer.ts";
import { send } from "../api/send.ts";
import { t } from "../messages.ts";
import { h } from "../page/dom.ts";
import { toast } from "../page/toasts.ts";

const REST = 350; // ms without a key before a text is checked
const MOST_MARKS = 300;

export interface Edit {
  line: number;
  column: number;
  old: string;
  new: string;
}

export interface Finding {
  line: number;
  column: number;
  end_line?: number;
  end_column?: number;
  code: string;
  severity: string;
  message: string;
  hint: string;
  fix?: { label: string; edits: Edit[] } | null;
}

export interface Checked {
  findings: Finding[];
  graph?: { nodes: { id: string; type: string; line_from: number; line_to: number }[]; svg: string } | null;
}

export interface Checking {
  path: string;
  docs: string;
  checked: (answer: Checked) => void;
  /** Whether a text is on its way. */
  busy: (on: boolean) => void;
}

/** Checks the text of one editor. */
export class Checker {
  private timer = 0;
  private running: AbortController | undefined;

  constructor(private readonly how: Checking) {}

  get extension() {
    return EditorView.updateListener.of((update: ViewUpdate) => {
      if (update.docChanged) this.soon(update.view);
    });
  }

  soon(view: EditorView, wait = REST): void {
    clearTimeout(this.timer);
    this.running?.abort();
    this.timer = window.setTimeout(() => void this.check(view), wait);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.running?.abort();
  }

  private async check(view: EditorView): Promise<void> {
    const running = new AbortController();
    this.running = running;
    const { doc } = view.state;
    this.how.busy(true);
    try {
      const { data } = await send("POST", this.how.path, { body: { text: doc.toString() }, signal: running.signal });
      if (running.signal.aborted || !view.state.doc.eq(doc)) return;
      const answer = data as Checked;
      view.dispatch(setDiagnostics(view.state, answer.findings.slice(0, MOST_MARKS).map((finding) => this.mark(doc, finding))));
      this.how.checked(answer);
    } catch (error) {
      if (!running.signal.aborted && !(error instanceof GivenUp)) console.warn("the flow was not checked", error);
    } finally {
      if (this.running === running) this.how.busy(false);
    }
  }

  private mark(doc: Text, finding: Finding): Diagnostic {
    const { line, column, end_line = line, end_column = column + 1, severity, code, message, hint, fix } = finding;
    const from = place(doc, line, column);
    const to = Math.max(place(doc, end_line, end_column), from);
    const more = hint && h("div", { class: "soft" }, hint);
    const link = h("a", { href: `${this.how.docs}/errors#${code.toLowerCase()}`, target: "_blank", rel: "noopener" }, code);
    return {
      from,
      to: to === from ? Math.min(from + 1, doc.lineAt(from).to) : to,
      severity: severity === "error" ? "error" : "warning",
      message,
      renderMessage: () => h("div", { class: "flow-mark" }, h("div", {}, message, " ", link), more),
      ...(fix ? { actions: [repair(doc, fix)] } : {}),
    };
  }
}

/** One click: the edits that the server offers, as long as what they change still stands there. */
function repair(checked: Text, { label, edits }: { label: string; edits: Edit[] }): Action {
  return {
    name: t("Write {label}", { label }),
    apply: (view) => {
      const { doc } = view.state;
      const changes = edits.map((edit) => {
        const from = place(doc, edit.line, edit.column);
        return { from, to: from + edit.old.length, insert: edit.new, old: edit.old };
      });
      const stands = doc.eq(checked) || changes.every(({ from, to, old }) => doc.sliceString(from, to) === old);
      if (stands) view.dispatch({ changes: changes.map(({ from, to, insert }) => ({ from, to, insert })), userEvent: "input.fix" });
      else toast(t("The text has changed; it is checked again"));
    },
  };
}

/** An offset; lines and columns (of characters, as Python counts them) from 1. */
export function place(doc: Text, line: number, column: number): number {
  const { from, to, text } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  let at = 0;
  // Columns count characters, the editor counts UTF-16: they differ behind an emoji.
  for (let left = column - 1; left > 0 && at < text.length; left--) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return Math.min(from + at, to);
}
