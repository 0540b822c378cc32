// Ivory's JSON Schema, asked what may stand at a path. It is the one that `ivr flow schema` writes for editors, so
// what is completed and explained here is what the loader takes.

import { t } from "../messages.ts";
import type { Path } from "./scan.ts";

export interface Schema {
  $ref?: string;
  title?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  enumDescriptions?: string[];
  examples?: unknown[];
  default?: unknown;
  description?: string;
  markdownDescription?: string;
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  propertyNames?: Schema;
  required?: string[];
  items?: Schema | Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  if?: Schema;
  then?: Schema;
  else?: Schema;
  definitions?: Record<string, Schema>;
  defaultSnippets?: Snippet[];
}

export interface Snippet {
  label: string;
  description?: string;
  body: unknown;
}

/** One way to read a place, with the words of the language it is written by (`target`, `expression`). */
export interface Reading {
  schema: Schema;
  words: ReadonlySet<string>;
  /** What is said of the place itself, which goes before what is said of the word. */
  markdown: string;
}

const DEEPEST = 12;

export class Language {
  constructor(readonly root: Schema) {}

  /** Node types, with what each is for. */
  get types(): Map<string, string> {
    const type = this.root.definitions?.["any_node"]?.properties?.["type"];
    return new Map(type?.enum?.map((kind, index) => [String(kind), type.enumDescriptions?.[index] ?? ""]));
  }

  /** Whole nodes, to be changed. */
  get snippets(): Snippet[] {
    return this.root.definitions?.["any_node"]?.then?.defaultSnippets ?? [];
  }

  /** Every way to read what stands at a path. `type` is that of the node in it. */
  at(path: Path, type: string): Reading[] {
    let readings = this.spread({ schema: this.root, words: new Set(), markdown: "" }, type);
    for (const step of path) readings = readings.flatMap((reading) => this.below(reading.schema, step, type));
    return readings;
  }

  /** The options of a mapping at a path: name → what it is. */
  options(path: Path, type: string): Map<string, Reading> {
    const options = new Map<string, Reading>();
    for (const { schema } of this.at(path, type))
      for (const [name, option] of Object.entries(schema.properties ?? {}))
        if (!options.has(name)) options.set(name, this.named(option));
    return options;
  }

  /** By which words a place is written: `target`, `expression`, `variable` … */
  words(path: Path, type: string): Set<string> {
    return new Set(this.at(path, type).flatMap(({ words }) => [...words]));
  }

  /** What may be a key there: `variable`, `key`, `language` … */
  keyWords(path: Path, type: string): Set<string> {
    const names = this.at(path, type).map(({ schema }) => schema.propertyNames?.$ref?.split("/").pop() ?? "");
    return new Set(names.filter(Boolean));
  }

  private below(schema: Schema, step: string | null, type: string): Reading[] {
    const next: Schema[] = [];
    if (step === null) {
      if (Array.isArray(schema.items)) next.push(...schema.items);
      else if (schema.items) next.push(schema.items);
    } else if (schema.properties && Object.hasOwn(schema.properties, step)) next.push(schema.properties[step] as Schema);
    else {
      for (const [pattern, each] of Object.entries(schema.patternProperties ?? {})) if (fits(pattern, step)) next.push(each);
      if (!next.length && typeof schema.additionalProperties === "object") next.push(schema.additionalProperties);
    }
    return next.flatMap((each) => this.spread(this.named(each), type));
  }

  /** With its word, where it is a reference to one. In tests `{{ }}` may stand anywhere; `else` is what else may. */
  private named(given: Schema): Reading {
    const schema = given.else ?? given;
    const word = schema.$ref?.split("/").pop();
    const markdown = schema.markdownDescription ?? schema.description ?? "";
    if (!word) return { schema, words: new Set(), markdown };
    const meant = this.root.definitions?.[word] ?? {};
    return {
      schema: { ...meant, ...without(schema), ...(meant.properties ? { properties: meant.properties } : {}) },
      words: new Set([word]),
      markdown: markdown || (meant.markdownDescription ?? ""),
    };
  }

  /** Alternatives, and what a node's type brings, as readings of their own. */
  private spread(reading: Reading, type: string, depth = 0): Reading[] {
    if (depth > DEEPEST) return [];
    const { schema, words, markdown } = reading;
    const found: Reading[] = [reading];
    const more = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
    for (const part of schema.allOf ?? []) {
      const kind = part.if?.properties?.["type"]?.const;
      if (part.then && kind === type) more.push(part.then);
      else if (!part.if) more.push(part);
    }
    for (const each of more) {
      const inner = this.named(each);
      const said = { ...inner, words: new Set([...words, ...inner.words]), markdown: markdown || inner.markdown };
      found.push(...this.spread(said, type, depth + 1));
    }
    return found;
  }
}

function without({ $ref: _, ...rest }: Schema): Schema {
  return rest;
}

const patterns = new Map<string, RegExp | null>();

function fits(pattern: string, text: string): boolean {
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    try {
      compiled = new RegExp(pattern, "u");
    } catch {
      compiled = null;
    }
    patterns.set(pattern, compiled);
  }
  return compiled?.test(text) ?? false;
}

/** What a value is, in a word. */
export function kindOf({ schema, words }: Reading): string {
  const word = [...words][0];
  if (word && !/^[A-Z]/.test(word)) return schema.title ?? word.replaceAll("_", " ");
  return [schema.type ?? []].flat().map(typeName).join(" | ");
}

function typeName(type: string): string {
  if (type === "string") return t("text");
  if (type === "integer") return t("whole number");
  if (type === "number") return t("number");
  if (type === "boolean") return t("true or false");
  if (type === "object") return t("mapping");
  return type === "array" ? t("list") : t("nothing");
}
