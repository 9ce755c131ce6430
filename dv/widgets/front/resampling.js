// The resampling trick in numbers: what `dv.resample` and the DV bound do, in the page.
// Nothing here draws. Tested against the Python of the same names.

const ROUND = 2147483648; // 31 bits

// A seeded generator of 32-bit whole numbers (sfc32, Doty-Humphrey).
export function generator(seed) {
  let a = seed >>> 0, b = 0x9e3779b9, c = 0x243f6a88, counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let k = 0; k < 16; k++) next();
  return next;
}

// A whole number below n, each equally likely: draws beyond the last full round are
// thrown away. Of 31 bits, since those are what a processor divides fast.
export function below(next, n) {
  const limit = ROUND - (ROUND % n);
  let draw;
  do draw = next() >>> 1;
  while (draw >= limit);
  return draw % n;
}

// Indices of `size` of n rows, uniformly, with or without replacement.
export function resample(next, n, size, replace) {
  if (size > n && !replace) throw new RangeError(`size=${size} > n=${n} needs replace=true`);
  const index = new Int32Array(size);
  if (replace) {
    for (let k = 0; k < size; k++) index[k] = below(next, n);
    return index;
  }
  const deck = Int32Array.from({ length: n }, (_, k) => k);
  for (let k = 0; k < size; k++) {
    const at = k + below(next, n - k);
    index[k] = deck[at];
    deck[at] = deck[k];
  }
  return index;
}

// How many of n rows were drawn 0, 1, 2, … times.
export function multiplicities(index, n) {
  const drawn = new Int32Array(n);
  for (const k of index) drawn[k]++;
  const counts = new Array(Math.max(...drawn) + 1).fill(0);
  for (const times of drawn) counts[times]++;
  return counts;
}

// Standard normal numbers, by Box and Muller.
export function normals(next, size) {
  const out = new Float64Array(size);
  for (let k = 0; k < size; k += 2) {
    const radius = Math.sqrt(-2 * Math.log((next() + 0.5) / 4294967296));
    const angle = (2 * Math.PI * next()) / 4294967296;
    out[k] = radius * Math.cos(angle);
    if (k + 1 < size) out[k + 1] = radius * Math.sin(angle);
  }
  return out;
}

// The truth of a bivariate Gaussian and its optimal critic, as t(x, y).
export const information = (rho) => -0.5 * Math.log1p(-rho * rho);

export function optimalCritic(rho) {
  const constant = information(rho), scale = 2 * (1 - rho * rho);
  return (x, y) => constant - (rho * rho * (x * x + y * y) - 2 * rho * x * y) / scale;
}

export function logMeanExp(values) {
  let top = -Infinity, sum = 0;
  for (const value of values) if (value > top) top = value;
  for (const value of values) sum += Math.exp(value - top);
  return top + Math.log(sum / values.length);
}

// The DV estimate at critic t: mean of t over the first n pairs, less the
// log mean exp over the pairs (x[J], y[K]).
export function estimate(t, x, y, n, J, K) {
  let mean = 0;
  for (let k = 0; k < n; k++) mean += t(x[k], y[k]) / n;
  const values = new Float64Array(J.length);
  for (let k = 0; k < J.length; k++) values[k] = t(x[J[k]], y[K[k]]);
  return mean - logMeanExp(values);
}

// `count` data sets of `n` pairs with correlation rho, made once and used for all n.
export function dataSets(next, rho, count, n) {
  const slope = Math.sqrt(1 - rho * rho);
  return Array.from({ length: count }, () => {
    const x = normals(next, n), y = normals(next, n);
    for (let k = 0; k < n; k++) y[k] = rho * x[k] + slope * y[k];
    return { x, y };
  });
}

// One DV estimate from each data set, each with a reference of its own.
export function estimates(next, rho, sets, n, size, replace) {
  const t = optimalCritic(rho);
  return sets.map(({ x, y }) => {
    const J = resample(next, n, size, replace), K = resample(next, n, size, replace);
    return estimate(t, x, y, n, J, K);
  });
}

export function meanAndSpread(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, spread: Math.sqrt(squares / (values.length - 1)) };
}
