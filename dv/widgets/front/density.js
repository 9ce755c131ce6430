// Kernel density estimates as `dv.plots` makes them: Gaussian kernels of Scott's width,
// the points spread linearly over a grid, the grid smoothed along each axis.

const REACH = 3.5; // bandwidths around the outermost points
const FINE = 4; // grid points a bandwidth

function moments(x) {
  let mean = 0, square = 0;
  for (const value of x) mean += value / x.length;
  for (const value of x) square += (value - mean) ** 2;
  return { mean, scale: x.length > 1 ? Math.sqrt(square / (x.length - 1)) : 0 };
}

function axis(x, width, fewest, most) {
  let low = Infinity, high = -Infinity;
  for (const value of x) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  low -= REACH * width;
  high += REACH * width;
  const size = Math.min(most, Math.max(fewest, Math.ceil((FINE * (high - low)) / width)));
  return { low, step: (high - low) / (size - 1), size };
}

// Weights of a Gaussian of the given width, in steps of the grid, out to 4.5 widths. The
// linear spreading is itself a kernel, of variance step²/6, which is taken off.
function kernel(bandwidth, step) {
  const width = Math.sqrt(bandwidth ** 2 - step ** 2 / 6);
  const reach = Math.ceil((4.5 * width) / step);
  const weights = new Float64Array(2 * reach + 1);
  let sum = 0;
  for (let k = -reach; k <= reach; k++) sum += weights[k + reach] = Math.exp(-0.5 * ((k * step) / width) ** 2);
  return weights.map((weight) => weight / sum);
}

// Smooth lines of `size` cells that lie `stride` apart, `count` of them `hop` apart.
function smooth(cells, weights, size, stride, count, hop) {
  const reach = (weights.length - 1) / 2, out = new Float64Array(cells.length);
  for (let line = 0; line < count; line++)
    for (let from = 0; from < size; from++) {
      const value = cells[line * hop + from * stride];
      if (value === 0) continue;
      const first = Math.max(0, from - reach), last = Math.min(size - 1, from + reach);
      for (let to = first; to <= last; to++) out[line * hop + to * stride] += value * weights[to - from + reach];
    }
  return out;
}

// {x, density} of a sample, or null where all values are equal.
export function kde1d(sample) {
  const { mean, scale } = moments(sample);
  if (!(scale > 1e-9 * Math.abs(mean))) return null;
  const width = scale * sample.length ** (-1 / 5);
  const { low, step, size } = axis(sample, width, 128, 256);
  const cells = new Float64Array(size);
  for (const value of sample) {
    const place = (value - low) / step, cell = Math.floor(place), share = place - cell;
    cells[cell] += (1 - share) / (sample.length * step);
    cells[cell + 1] += share / (sample.length * step);
  }
  const density = smooth(cells, kernel(width, step), size, 1, 1, 0);
  return { x: density.map((_, k) => low + k * step), density };
}

// The density of pairs on a sheared grid: `at(i, j)` is the point of cell i, j and
// `cells[i * columns + j]` its density; null where x or y is constant.
export function kde2d(x, y) {
  const n = x.length, mx = moments(x), my = moments(y);
  if (!(mx.scale > 0 && my.scale > 0)) return null;
  const u = new Float64Array(n), v = new Float64Array(n);
  let rho = 0;
  for (let k = 0; k < n; k++) {
    u[k] = (x[k] - mx.mean) / mx.scale;
    v[k] = (y[k] - my.mean) / my.scale;
    rho += (u[k] * v[k]) / (n - 1);
  }
  if (Math.abs(rho) > 1 - 1e-6) rho = 0; // points on a line: Scott's width along each axis
  const slope = Math.sqrt(1 - rho * rho);
  for (let k = 0; k < n; k++) v[k] = (v[k] - rho * u[k]) / slope;

  const width = n ** (-1 / 6), a = axis(u, width, 96, 224), b = axis(v, width, 96, 224);
  const spread = new Float64Array(a.size * b.size), share = 1 / (n * a.step * b.step);
  for (let k = 0; k < n; k++) {
    const p = (u[k] - a.low) / a.step, q = (v[k] - b.low) / b.step;
    const i = Math.floor(p), j = Math.floor(q), r = p - i, s = q - j, cell = i * b.size + j;
    spread[cell] += (1 - r) * (1 - s) * share;
    spread[cell + 1] += (1 - r) * s * share;
    spread[cell + b.size] += r * (1 - s) * share;
    spread[cell + b.size + 1] += r * s * share;
  }
  const along = smooth(spread, kernel(width, b.step), b.size, 1, a.size, b.size);
  const cells = smooth(along, kernel(width, a.step), a.size, b.size, b.size, 1);
  const volume = mx.scale * my.scale * slope;
  for (let k = 0; k < cells.length; k++) cells[k] /= volume;
  const at = (i, j) => {
    const p = a.low + i * a.step, q = b.low + j * b.step;
    return [mx.mean + mx.scale * p, my.mean + my.scale * (rho * p + slope * q)];
  };
  return { cells, rows: a.size, columns: b.size, at };
}

// The heights above which the density holds the given shares of its mass.
export function massLevels(cells, shares) {
  const falling = Float64Array.from(cells).sort().reverse();
  const total = falling.reduce((sum, value) => sum + value, 0);
  let k = 0, mass = falling[0];
  return [...shares]
    .sort((p, q) => p - q)
    .map((share) => {
      while (mass < share * total && k < falling.length - 1) mass += falling[++k];
      return falling[k];
    });
}

// Line segments [x0, y0, x1, y1, …] of the contour at one height (marching squares).
export function contour({ cells, rows, columns, at }, height) {
  const lines = [];
  const cross = (i, j, k, l) => {
    const from = cells[i * columns + j], share = (height - from) / (cells[k * columns + l] - from);
    return at(i + share * (k - i), j + share * (l - j));
  };
  for (let i = 0; i + 1 < rows; i++)
    for (let j = 0; j + 1 < columns; j++) {
      const cell = i * columns + j;
      const corners =
        (cells[cell] > height) |
        ((cells[cell + 1] > height) << 1) |
        ((cells[cell + columns + 1] > height) << 2) |
        ((cells[cell + columns] > height) << 3);
      if (corners === 0 || corners === 15) continue;
      const edges = [];
      if ((corners ^ (corners >> 1)) & 1) edges.push(cross(i, j, i, j + 1));
      if (((corners >> 1) ^ (corners >> 2)) & 1) edges.push(cross(i, j + 1, i + 1, j + 1));
      if (((corners >> 2) ^ (corners >> 3)) & 1) edges.push(cross(i + 1, j, i + 1, j + 1));
      if (((corners >> 3) ^ corners) & 1) edges.push(cross(i, j, i + 1, j));
      for (let k = 0; k + 1 < edges.length; k += 2) lines.push(...edges[k], ...edges[k + 1]);
    }
  return lines;
}
