// What an event is about, as parts of a page name it: `change`, `agents`, `agents.1001`.

/** The event's own name, the kinds of things it brought, and each of those things. */
export function touched(event: string, data: unknown): Set<string> {
  const names = new Set([event]);
  if (typeof data !== "object" || data === null) return names;
  for (const [kind, things] of Object.entries(data)) {
    names.add(kind);
    if (typeof things === "object" && things !== null) for (const name of Object.keys(things)) names.add(`${kind}.${name}`);
  }
  return names;
}
