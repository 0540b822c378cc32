// Keys are shown as they are pressed. What the flow took them for is told when it leaves a node, and settles them:
// each entry is a line of its own, and one that was made in confidence is hidden from then on.

/** A terminator ends an entry and is none. */
const TERMINATOR = "#";

/** What stands there in place of the keys that were `pressed`, once the flow told what it took (`7`, `7?` when it was
 * not understood, `“my bill”`, or dots); `rest` was not taken yet. */
export function took(pressed: string, told: string): { lines: string[]; rest: string } {
  if (/^[“(]/.test(told)) return { lines: [told.replace(/^“(.*)”\??$/s, "$1")], rest: pressed };
  const entry = told.replace(/\?$/, "");
  if (!/^[\dA-D*#]+$/.test(entry)) return { lines: [entry], rest: "" };
  const at = pressed.indexOf(entry);
  if (at < 0) return { lines: [entry], rest: pressed };
  const rest = pressed.slice(at + entry.length);
  return { lines: [pressed.slice(0, at), entry].filter(Boolean), rest: rest === TERMINATOR ? "" : rest };
}
