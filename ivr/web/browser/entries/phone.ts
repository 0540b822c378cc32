// The web phone, by itself.

import "../phone/phone.ts";
