// Until when something holds: in a while, at a moment, or at what a clock on the wall there shows.

/** The moment of a choice (`+60`: in so many minutes, `at`: what the clock shows, else a moment); null: for good. */
export function until(choice: string, wall: string, zone: string, now: number): string | null {
  if (choice === "at") return moment(wall, zone);
  if (choice.startsWith("+")) return new Date(now + Number(choice) * 60_000).toISOString();
  return choice || null;
}

/** `2026-11-23T15:00` on a clock in a zone as a moment. Where clocks skip that time, the one after the gap. */
export function moment(wall: string, zone: string): string {
  const wanted = Date.parse(`${wall}Z`);
  let at = wanted;
  for (let turn = 0; turn < 2; turn++) at = wanted - offset(at, zone);
  return new Date(at).toISOString();
}

/** How many milliseconds clocks of a zone are ahead of UTC. */
function offset(at: number, zone: string): number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}
