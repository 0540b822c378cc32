// Pages about groups, agents and the routing plan, and an agent's own.

import { comparing } from "../routing/comparing.ts";
import { desk } from "../routing/desk.ts";
import { filtering } from "../routing/filtering.ts";
import { listening } from "../routing/listening.ts";
import { matrix } from "../routing/matrix.ts";
import { plan } from "../routing/plan.ts";
import { shaping } from "../routing/shaping.ts";

shaping();
filtering();
matrix();
plan();
comparing();
listening();
desk();
