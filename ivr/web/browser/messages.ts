// What scripts say, in the reader's language. English is written where it is said: `t("Saved")`; other languages
// are a file of messages/, fetched only by those who read it. A test finds what has no words there.

export const language = (typeof document === "undefined" ? "" : document.documentElement.lang) || "en";

const files: Record<string, () => Promise<{ default: Record<string, string> }>> = {
  zh: () => import("./messages/zh-CN.json"),
};

const said: Record<string, string> = (await files[language.slice(0, 2).toLowerCase()]?.())?.default ?? {};

/** A message in the reader's language; `{name}` in it is a value. */
export function t(message: string, values: Record<string, string | number> = {}): string {
  return (said[message] ?? message).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
