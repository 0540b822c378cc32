// What the editor knows beside the text: the language's schema, and what a flow may name. Fetched once.

import { send } from "../api/send.ts";
import { Language, type Schema } from "./schema.ts";

export interface Word {
  name: string;
  takes: string;
  words: string;
}

export interface Names {
  flows: string[];
  skills: string[];
  agents: string[];
  sounds: string[];
  expressions: { names: Record<string, string[]>; functions: Word[]; filters: Word[] };
}

const NOTHING: Names = { flows: [], skills: [], agents: [], sounds: [], expressions: { names: {}, functions: [], filters: [] } };

export class Knowledge {
  language: Language | undefined;
  names: Names = NOTHING;

  /** Fetch both; without them one writes on, with less help. */
  async learn(schema: string | undefined, names: string | undefined): Promise<void> {
    const [told, named] = await Promise.allSettled([schema ? send("GET", schema) : undefined, names ? send("GET", names) : undefined]);
    if (told.status === "fulfilled" && told.value) this.language = new Language(told.value.data as Schema);
    if (named.status === "fulfilled" && named.value) this.names = { ...NOTHING, ...(named.value.data as Partial<Names>) };
  }
}
