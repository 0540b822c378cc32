// Numbers: one dialog for all rows.

import { filling } from "../page/filling.ts";

filling();
