// What every page loads.

import { actions, undoing } from "../api/actions.ts";
import { forms } from "../api/forms.ts";
import { rows } from "../api/rows.ts";
import { validity } from "../api/validity.ts";
import { live } from "../live/live.ts";
import { copying } from "../page/copying.ts";
import { dialogs } from "../page/dialogs.ts";
import { keyboard } from "../page/keyboard.ts";
import { menus } from "../page/menus.ts";
import { scrollers } from "../page/scrollers.ts";
import { splits } from "../page/split.ts";
import { listenForTabs, tabs } from "../page/tabs.ts";
import { theme } from "../page/theme.ts";
import { times } from "../page/times.ts";
import { sayWhatWasKept } from "../page/toasts.ts";

theme();
dialogs();
menus();
listenForTabs();
tabs();
splits();
copying();
keyboard();
forms();
validity();
rows();
actions();
times();
scrollers();
live();
sayWhatWasKept(undoing);
