// Opening hours: a week that is painted, the switch for emergencies, and names of time zones.

import { forcing, sending } from "../calendars/sending.ts";
import { weeks } from "../calendars/week.ts";
import { all, h } from "../page/dom.ts";

weeks();
sending();
forcing();
document.getElementById("zones")?.append(...Intl.supportedValuesOf("timeZone").map((value) => h("option", { value })));
for (const field of all<HTMLInputElement>("[data-own-zone]")) field.defaultValue = Intl.DateTimeFormat().resolvedOptions().timeZone;
