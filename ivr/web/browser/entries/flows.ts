// Pages about flows: what stands around editor, graph and phone.

import { beginning } from "../flows/beginning.ts";
import { importing } from "../flows/importing.ts";
import { publishing } from "../flows/publishing.ts";
import { renaming } from "../flows/renaming.ts";
import { testing } from "../flows/testing.ts";
import { traffic } from "../flows/traffic.ts";
import { trying } from "../flows/trying.ts";
import { versions } from "../flows/versions.ts";
import { writing } from "../flows/writing.ts";

beginning();
importing();
renaming();
writing();
publishing();
trying();
testing();
versions();
traffic();
