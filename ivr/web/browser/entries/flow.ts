// What the page of a flow is made of: text, picture, telephone.

import "../flow/editor.ts";
import "../flow/graph.ts";
import "../phone/phone.ts";
