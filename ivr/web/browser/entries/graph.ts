// The drawing of a flow, by itself.

import "../flow/graph.ts";
