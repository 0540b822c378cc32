// Who knows what: a table of figures, written like a sheet. Arrows move, a figure sets, Delete takes out, Shift marks
// several cells, which then all get the same. Nothing is sent before it is saved, and everything can be undone.

import { Refused } from "../api/answer.ts";
import { go } from "../api/forms.ts";
import { complain, send } from "../api/send.ts";
import { t } from "../messages.ts";
import { all, h } from "../page/dom.ts";
import { toast, toastLater } from "../page/toasts.ts";

type Cells = Record<string, Record<string, number | null>>;

const TWO = 700; // ms in which 1 and 0 are a ten

/** What is changed in the table; empty: nothing. */
export function changedCells(table: HTMLElement): Cells {
  const cells: Cells = {};
  for (const cell of all("td.changed", table)) {
    const agent = cell.closest<HTMLElement>("tr")?.dataset["agent"] ?? "";
    (cells[agent] ??= {})[cell.dataset["skill"] ?? ""] = cell.textContent ? Number(cell.textContent) : null;
  }
  return cells;
}

export function matrix(): void {
  const table = document.querySelector<HTMLTableElement>("[data-matrix]");
  if (table) new Matrix(table);
}

class Matrix {
  private at: HTMLElement | undefined;
  private anchor: HTMLElement | undefined;
  private typed = 0;
  private readonly done: { cell: HTMLElement; was: string }[][] = [];

  constructor(private readonly table: HTMLTableElement) {
    this.cells()[0]?.setAttribute("tabindex", "0");
    table.addEventListener("focusin", (event) => this.focused(event.target as HTMLElement));
    table.addEventListener("keydown", (event) => this.key(event));
    table.addEventListener("pointerdown", (event) => this.pressed(event));
    table.addEventListener("pointerover", (event) => event.buttons === 1 && this.dragged(event));
    document.querySelector("[data-matrix-save]")?.addEventListener("click", () => void this.save());
    document.querySelector("[data-matrix-undo]")?.addEventListener("click", () => this.undo());
    window.addEventListener("beforeunload", (event) => this.leaving && this.count() && event.preventDefault());
  }

  private leaving = true;

  private cells(): HTMLElement[] {
    return all("tbody tr:not([hidden]) td.level", this.table);
  }

  private rows(): HTMLElement[][] {
    return all("tbody tr:not([hidden])", this.table).map((row) => all("td.level", row));
  }

  private focused(cell: HTMLElement): void {
    if (!cell.matches("td.level")) return;
    for (const other of all('td[tabindex="0"]', this.table)) other.tabIndex = -1;
    cell.tabIndex = 0;
    this.at = cell;
  }

  private pressed(event: PointerEvent): void {
    const cell = (event.target as HTMLElement).closest<HTMLElement>("td.level");
    if (!cell) return;
    if (!event.shiftKey) this.anchor = cell;
    this.mark(cell);
  }

  private dragged(event: PointerEvent): void {
    const cell = (event.target as HTMLElement).closest<HTMLElement>("td.level");
    if (cell && this.anchor && cell !== this.anchor) {
      this.mark(cell);
      cell.focus({ preventScroll: true });
    }
  }

  /** All cells between where marking began and this one. */
  private mark(to: HTMLElement): void {
    const rows = this.rows();
    const place = (cell: HTMLElement | undefined) => {
      const row = rows.findIndex((each) => cell && each.includes(cell));
      return [row, cell ? (rows[row]?.indexOf(cell) ?? -1) : -1] as const;
    };
    const [[r1, c1], [r2, c2]] = [place(this.anchor ?? to), place(to)];
    rows.forEach((row, r) =>
      row.forEach((cell, c) => {
        const inside = r >= Math.min(r1, r2) && r <= Math.max(r1, r2) && c >= Math.min(c1, c2) && c <= Math.max(c1, c2);
        cell.toggleAttribute("data-marked", inside);
        cell.setAttribute("aria-selected", String(inside));
      }),
    );
  }

  private key(event: KeyboardEvent): void {
    const { at } = this;
    if (!at || !(event.target as HTMLElement).matches("td.level")) return;
    const steps: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [1, 0] };
    if ((event.ctrlKey || event.metaKey) && event.key === "z") this.undo();
    else if ((event.ctrlKey || event.metaKey) && event.key === "s") void this.save();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (steps[event.key]) this.move(...(steps[event.key] ?? [0, 0]), event.shiftKey);
    else if (event.key === "Home" || event.key === "End") this.move(0, event.key === "Home" ? -999 : 999, event.shiftKey);
    else if (/^\d$/.test(event.key)) this.digit(Number(event.key));
    else if (event.key === "Delete" || event.key === "Backspace" || event.key === "-") this.set(0);
    else if (event.key === "Escape") (this.anchor = at), this.mark(at);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private move(down: number, right: number, marking: boolean): void {
    const rows = this.rows();
    const row = rows.findIndex((each) => this.at && each.includes(this.at));
    const column = this.at ? (rows[row]?.indexOf(this.at) ?? 0) : 0;
    const to = rows[clamp(row + down, rows.length)]?.[clamp(column + right, rows[row]?.length ?? 1)];
    if (!to) return;
    if (marking) this.anchor ??= this.at;
    else this.anchor = to;
    this.typed = 0;
    to.focus();
    this.mark(to);
  }

  private digit(digit: number): void {
    const ten = digit === 0 && this.at?.textContent === "1" && Date.now() - this.typed < TWO;
    this.typed = Date.now();
    this.set(ten ? 10 : digit);
  }

  private set(level: number): void {
    const marked = all("td[data-marked]", this.table);
    const cells = marked.length && this.at && marked.includes(this.at) ? marked : this.at ? [this.at] : [];
    this.done.push(cells.map((cell) => ({ cell, was: cell.textContent ?? "" })));
    for (const cell of cells) write(cell, level ? String(level) : "");
    this.tell();
  }

  private undo(): void {
    for (const { cell, was } of this.done.pop() ?? []) write(cell, was);
    this.tell();
  }

  private count(): number {
    return all("td.changed", this.table).length;
  }

  private tell(): void {
    const count = this.count();
    const sum = document.querySelector("[data-matrix-sum]");
    if (sum) sum.textContent = count ? t("{count} changed", { count }) : "";
    for (const button of all<HTMLButtonElement>("[data-matrix-save], [data-needs-change]")) button.disabled = !count;
    const undo = document.querySelector<HTMLButtonElement>("[data-matrix-undo]");
    if (undo) undo.disabled = !this.done.length;
  }

  private async save(): Promise<void> {
    if (!this.count()) return;
    try {
      await send("PATCH", "/api/v1/agents", { body: { agents: changedCells(this.table) } });
      toastLater(t("Saved: in force at once, also for those who wait"));
      this.leaving = false;
      go("reload");
    } catch (error) {
      if (error instanceof Refused && error.faults.length)
        toast(error.title, { tone: "bad" }), this.table.before(h("div", { class: "notice bad" }, error.faults.map(({ detail }) => detail).join(" ")));
      else complain(error);
    }
  }
}

function write(cell: HTMLElement, text: string): void {
  cell.textContent = text;
  const before = cell.dataset["level"] ?? "";
  cell.classList.toggle("changed", text !== before);
  cell.title = text === before ? "" : t("was {level}", { level: before || t("none") });
  cell.setAttribute("aria-label", `${cell.dataset["skill"]}: ${text || t("none")}`);
}

const clamp = (value: number, length: number) => Math.max(0, Math.min(length - 1, value));
