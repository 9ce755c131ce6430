import assert from "node:assert/strict";
import { test } from "node:test";

import { contour, kde2d, massLevels } from "../../dv/widgets/front/density.js";
import { logarithmic, nearest } from "../../dv/widgets/front/machine.js";
import { ticks } from "../../dv/widgets/front/panel.js";
import { below, generator, multiplicities, resample } from "../../dv/widgets/front/resampling.js";

test("the same seed gives the same draws and another seed others", () => {
  const draws = (seed) => resample(generator(seed), 100, 50, true).join();
  assert.equal(draws(1), draws(1));
  assert.notEqual(draws(1), draws(2));
  assert.notEqual(draws(-1), draws(1));
});

test("whole numbers below n stay below n, whatever n", () => {
  const next = generator(3);
  for (const n of [1, 2, 7, 1000, 2 ** 31]) for (let k = 0; k < 1000; k++) assert.ok(below(next, n) < n);
});

test("without replacement no row comes twice, and all come at size n", () => {
  const index = resample(generator(1), 200, 200, false);
  assert.deepEqual([...index].sort((a, b) => a - b), Array.from({ length: 200 }, (_, k) => k));
  assert.deepEqual(multiplicities(resample(generator(1), 200, 50, false), 200), [150, 50]);
});

test("more rows than there are need replacement", () => {
  assert.throws(() => resample(generator(1), 10, 11, false), /size=11 > n=10 needs replace=true/);
  assert.equal(resample(generator(1), 10, 11, true).length, 11);
});

test("a contour lies where the density has its height", () => {
  const cells = new Float64Array(40 * 30).map((_, k) => Math.hypot(Math.floor(k / 30) - 20, (k % 30) - 15));
  const ends = contour({ cells, rows: 40, columns: 30, at: (i, j) => [i - 20, j - 15] }, 9);
  assert.ok(ends.length > 100);
  for (let k = 0; k < ends.length; k += 2) assert.ok(Math.abs(Math.hypot(ends[k], ends[k + 1]) - 9) < 0.05);
});

test("heights hold the shares of the mass that they say", () => {
  const surface = kde2d(Float64Array.from([0, 1, 2, 4]), Float64Array.from([0, 2, 1, 1]));
  const total = surface.cells.reduce((a, b) => a + b);
  const shares = [0.25, 0.5, 0.9];
  massLevels(surface.cells, shares).forEach((height, k) => {
    const held = surface.cells.filter((cell) => cell >= height).reduce((a, b) => a + b) / total;
    assert.ok(Math.abs(held - shares[k]) < 0.01, `${held} for ${shares[k]}`);
  });
});

test("a constant column has no density", () => {
  assert.equal(kde2d(Float64Array.from([1, 1, 1]), Float64Array.from([0, 1, 2])), null);
});

test("a slider's numbers rise from end to end and hold the wanted ones", () => {
  const values = logarithmic(2, 10000, [10, 1000, 20000]);
  assert.equal(values[0], 2);
  assert.equal(values.at(-1), 10000);
  assert.ok(values.includes(1000) && !values.includes(20000));
  assert.ok(values.every((value, k) => k === 0 || value > values[k - 1]));
  assert.equal(values[nearest(values, 1000)], 1000);
});

test("ticks are round and stay within their ends", () => {
  assert.deepEqual(ticks(-4, 4, 4), [-4, -2, 0, 2, 4]);
  for (const mark of ticks(0.541, 0.941, 5)) assert.ok(mark >= 0.541 && mark <= 0.941 + 1e-12);
});
