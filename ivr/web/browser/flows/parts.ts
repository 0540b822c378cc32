// The elements that pages about flows put to use, as far as they do.

export interface Fix {
  label: string;
  edits: { line: number; column: number; old: string; new: string }[];
}

export interface Finding {
  line: number;
  column: number;
  code: string;
  severity: "error" | "warning";
  message: string;
  hint: string;
  fix?: Fix | null;
}

export interface Editor extends HTMLElement {
  text: string;
  readonly saved: boolean;
  goTo(line: number, column?: number): void;
  goToNode(name: string): void;
  save(): Promise<unknown>;
}

export interface Graph extends HTMLElement {
  select(node: string): void;
  walk(node: string, outcome?: string): void;
  clear(): void;
  fit(): void;
  traffic(counts: Record<string, Record<string, number>>): void;
}

/** The page's editor; nothing where its reader may not write. */
export async function editor(): Promise<Editor | null> {
  const found = document.querySelector<Editor>("ivory-editor");
  if (found) await customElements.whenDefined("ivory-editor");
  return found;
}

/** The page's graph. */
export async function graph(): Promise<Graph | null> {
  const found = document.querySelector<Graph>("ivory-graph");
  if (found) await customElements.whenDefined("ivory-graph");
  return found;
}
