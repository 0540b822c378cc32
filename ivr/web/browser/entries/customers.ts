// A list of customers: planned as soon as it is chosen, taken over as it was planned.

import { importing } from "../customers/importing.ts";

importing();
