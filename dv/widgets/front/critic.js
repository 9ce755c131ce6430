// The course's first critic and its trainer in the page: three linear layers with ELU between
// them, the gradient of the bound by hand, and Adam. Held to dv.Net and dv.DVTrainer by tests.
// Nothing here draws. Samples are rows x, y, x, y, …

import { logMeanExp, normals, resample } from "./resampling.js";

const LANES = 4; // rows worked out side by side, unit by unit: a weight is fetched once for all of them
const elu = (sum) => (sum > 0 ? sum : Math.exp(sum) - 1);
const slope = (out) => (out > 0 ? 1 : 1 + out); // of an ELU, from what it gave

// First weights as dv.Net draws them: N(0, sigma²), biases 0, in torch's order.
export function firstWeights(next, width, sigma) {
  const sizes = [2 * width, width * width, width];
  return sizes.flatMap((size, layer) => [
    ...normals(next, size).map((value) => sigma * value),
    ...new Array(layer < 2 ? width : 1).fill(0),
  ]);
}

const split = (numbers, width) => {
  let at = 0;
  return [2 * width, width, width * width, width, width, 1].map((size) => numbers.subarray(at, (at += size)));
};

// The rows of `z` at some places.
export function rowsAt(z, index) {
  const rows = new Float64Array(2 * index.length);
  for (let k = 0; k < index.length; k++) {
    rows[2 * k] = z[2 * index[k]];
    rows[2 * k + 1] = z[2 * index[k] + 1];
  }
  return rows;
}

// 0, …, n − 1 at random in `count` parts whose sizes differ by at most one, the larger first.
export function parts(next, n, count) {
  const order = resample(next, n, n, false), size = Math.floor(n / count), larger = n % count;
  let at = 0;
  return Array.from({ length: count }, (_, k) => order.subarray(at, (at += size + (k < larger))));
}

// The Donsker–Varadhan value of critic values.
export const bound = (t, tRef) => t.reduce((sum, value) => sum + value, 0) / t.length - logMeanExp(tRef);

// w of each reference: how hard it is pushed down. They sum to 1.
export function pushes(tRef) {
  const level = logMeanExp(tRef) + Math.log(tRef.length);
  return tRef.map((value) => Math.exp(value - level));
}

export class Critic {
  constructor(width, parameters) {
    this.width = width;
    this.parameters = Float64Array.from(parameters);
    [this.gradient, this.first, this.second] = [0, 0, 0].map(() => new Float64Array(parameters.length));
    this.weights = split(this.parameters, width);
    this.slopes = split(this.gradient, width);
    this.steps = 0;
    this.low = this.high = new Float64Array(0);
  }

  // Critic values; what both hidden layers gave is kept for `backward`, four rows a block.
  values(z) {
    const { width } = this, n = z.length / 2, [w1, b1, w2, b2, w3, [b3]] = this.weights;
    const blocks = Math.ceil(n / LANES), t = new Float64Array(blocks * LANES).fill(b3);
    if (this.low.length < t.length * width) [this.low, this.high] = [0, 0].map(() => new Float64Array(t.length * width));
    const { low, high } = this, rows = new Float64Array(2 * t.length);
    rows.set(z);
    for (let block = 0; block < blocks; block++) {
      const row = block * LANES, start = row * width;
      for (let i = 0, at = start; i < width; i++)
        for (let lane = row; lane < row + LANES; lane++, at++)
          low[at] = elu(w1[2 * i] * rows[2 * lane] + w1[2 * i + 1] * rows[2 * lane + 1] + b1[i]);
      for (let o = 0, from = 0, to = start; o < width; o++, to += LANES) {
        let a = b2[o], b = a, c = a, d = a;
        for (let i = 0, at = start; i < width; i++, from++, at += LANES) {
          const weight = w2[from];
          a += weight * low[at];
          b += weight * low[at + 1];
          c += weight * low[at + 2];
          d += weight * low[at + 3];
        }
        high[to] = elu(a);
        high[to + 1] = elu(b);
        high[to + 2] = elu(c);
        high[to + 3] = elu(d);
        for (let lane = 0; lane < LANES; lane++) t[row + lane] += w3[o] * high[to + lane];
      }
    }
    return t.subarray(0, n);
  }

  // The gradient of Σ g t over the rows whose values were taken last.
  backward(z, g) {
    const { width, low, high } = this, [, , w2, , w3] = this.weights, [d1, e1, d2, e2, d3, e3] = this.slopes;
    const below = new Float64Array(width * LANES), pull = new Float64Array(LANES), push = new Float64Array(LANES);
    this.gradient.fill(0);
    for (let row = 0; row < g.length; row += LANES) {
      const start = row * width;
      below.fill(0);
      for (let lane = 0; lane < LANES; lane++) e3[0] += pull[lane] = g[row + lane] ?? 0;
      for (let o = 0, from = 0, to = start; o < width; o++, to += LANES) {
        for (let lane = 0; lane < LANES; lane++) {
          d3[o] += pull[lane] * high[to + lane];
          e2[o] += push[lane] = pull[lane] * w3[o] * slope(high[to + lane]);
        }
        const [a, b, c, d] = push;
        for (let i = 0, at = 0; i < width; i++, from++, at += LANES) {
          const weight = w2[from], here = start + at;
          d2[from] += a * low[here] + b * low[here + 1] + c * low[here + 2] + d * low[here + 3];
          below[at] += a * weight;
          below[at + 1] += b * weight;
          below[at + 2] += c * weight;
          below[at + 3] += d * weight;
        }
      }
      const last = Math.min(LANES, g.length - row);
      for (let i = 0; i < width; i++)
        for (let lane = 0; lane < last; lane++) {
          const at = LANES * i + lane, share = below[at] * slope(low[start + at]);
          d1[2 * i] += share * z[2 * (row + lane)];
          d1[2 * i + 1] += share * z[2 * (row + lane) + 1];
          e1[i] += share;
        }
    }
  }

  // One step of Adam up the bound on a minibatch; returns the value before it.
  climb(z, zRef, rate) {
    const rows = new Float64Array(z.length + zRef.length), n = z.length / 2;
    rows.set(z);
    rows.set(zRef, z.length);
    const t = this.values(rows), joint = t.slice(0, n), reference = t.slice(n), g = t.fill(-1 / n);
    g.set(pushes(reference), n);
    this.backward(rows, g);
    this.adam(rate);
    return bound(joint, reference);
  }

  adam(rate) {
    const { parameters, gradient, first, second } = this, k = ++this.steps;
    const step = rate / (1 - 0.9 ** k), scale = Math.sqrt(1 - 0.999 ** k);
    for (let i = 0; i < parameters.length; i++) {
      const g = gradient[i];
      first[i] += 0.1 * (g - first[i]);
      second[i] = 0.999 * second[i] + 0.001 * g * g;
      parameters[i] -= (step * first[i]) / (Math.sqrt(second[i]) / scale + 1e-8);
    }
  }
}
