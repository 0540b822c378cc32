// Where two states of one thing differ.

export interface Row {
  path: string;
  theirs: unknown;
  mine: unknown;
}

/** Where what I send differs from what is there; what I do not send stays. */
export function different(theirs: unknown, mine: unknown, path = ""): Row[] {
  if (plain(theirs) && plain(mine))
    return Object.keys(mine).flatMap((key) => different(theirs[key], mine[key], path ? `${path}.${key}` : key));
  return JSON.stringify(theirs ?? null) === JSON.stringify(mine ?? null) ? [] : [{ path, theirs, mine }];
}

function plain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
