// What a form proposes in place of a name it cannot take.

import assert from "node:assert/strict";
import test from "node:test";
import { fitting } from "../../../ivr/web/browser/api/fitting.ts";

const NAME = "[a-z_][a-z0-9_]{0,63}";

test("a title becomes a name", () => {
  assert.equal(fitting("My Clinic", NAME), "my_clinic");
  assert.equal(fitting(" Night & Day! ", NAME), "night_day");
  assert.equal(fitting("My Clinic", "[a-z0-9][a-z0-9._\\-]{0,63}"), "my_clinic");
});

test("where no _ is taken a dash is tried, and then nothing", () => {
  assert.equal(fitting("Li Lei", "[a-z\\-]+"), "li-lei");
  assert.equal(fitting("Li Lei", "[a-z]+"), "lilei");
});

test("what cannot be guessed is not", () => {
  assert.equal(fitting("电费", NAME), "");
  assert.equal(fitting("1st", NAME), "");
});
