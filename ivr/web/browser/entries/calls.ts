// Calls: the search whose address says no more than it must; one call with its recordings to listen to, its story
// and its picture, which lead to each other.

import "../calls/recording.ts";
import { brief } from "../calls/brief.ts";
import { together } from "../calls/together.ts";

brief();
together();
