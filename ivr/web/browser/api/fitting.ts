// "My Clinic" where a name is wanted: what would be taken, as near as can be guessed.

/** What was written in small letters and with `_`, `-` or nothing between words, if the pattern takes that; else nothing. */
export function fitting(value: string, pattern: string): string {
  const wanted = new RegExp(`^(?:${pattern})$`, "v");
  const small = value.trim().toLowerCase();
  const tries = ["_", "-", ""].map((between) => small.replace(/[^a-z0-9]+/g, between).replace(/^[_-]+|[_-]+$/g, ""));
  return tries.find((each) => each && wanted.test(each)) ?? "";
}
