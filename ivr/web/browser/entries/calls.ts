// The page of one call: its recordings to listen to, its story and its picture, which lead to each other.

import "../calls/recording.ts";
import { together } from "../calls/together.ts";

together();
