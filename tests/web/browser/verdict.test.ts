// What a simulated change means to callers, in one sentence.

import assert from "node:assert/strict";
import test from "node:test";
import type { Figures, Report } from "../../../ivr/web/browser/routing/asking.ts";
import { verdict } from "../../../ivr/web/browser/routing/verdict.ts";

const sure = (value: number) => ({ value, low: value - Math.abs(value) / 10, high: value + Math.abs(value) / 10 });
const SAME = { value: 0, low: 0, high: 0 };
const figures = (service_level = SAME, asa = SAME, abandonment = SAME): Figures => ({ service_level, asa, abandonment });

function said(all: Figures, groups: Record<string, Figures> = { billing: all }): string {
  const report = { differences: { all, ...groups } } as unknown as Report;
  return verdict(report, Object.keys(groups));
}

test("another target alone is no better and no worse for anybody", () => {
  assert.match(said(figures(sure(-0.16))), /as before; only what counts as in time/);
});

test("who waits longer is worse off, whatever was promised", () => {
  assert.equal(said(figures(sure(0.3), sure(5))), "Worse for callers.");
  assert.equal(said(figures(SAME, sure(-5), sure(-0.1))), "Better for callers.");
});

test("shorter waits because more hang up are not called better", () => {
  assert.match(said(figures(SAME, sure(-5), sure(0.1))), /^Better in one way, worse in another/);
});

test("where waits differ by chance only, who was answered in time decides", () => {
  const chance = { value: 0.5, low: -1, high: 2 };
  assert.equal(said(figures(sure(0.1), chance)), "Better for callers.");
  assert.match(said(figures(SAME, chance)), /^No difference/);
});

test("what helps some at the cost of others is said", () => {
  const groups = { billing: figures(SAME, sure(-9)), cards: figures(SAME, sure(4)) };
  assert.match(said(figures(SAME, sure(-5)), groups), /worse for those of cards/);
  assert.match(said(figures(), groups), /at the cost of others/);
});

test("groups are called by their titles", () => {
  const differences = { all: figures(SAME, sure(-5)), billing: figures(SAME, sure(-9)), cards: figures(SAME, sure(4)) };
  const title = (group: string) => `“${group}”`;
  assert.match(verdict({ differences } as unknown as Report, ["billing", "cards"], title), /worse for those of “cards”/);
});
