// Exact tables of two neighbouring k × k blocks, and what a filter leaves of their
// information. Bonds are a Pfaffian process (`dv.ising`): its matrix K holds everything.

// Pf K_S for every set S of m bonds; bit m − 1 − i of an index tells whether bond i is in S.
// Leave the next bond out, or take it and go on with the Schur complement.
export function pfaffians(kernel, m) {
  const size = 2 * m, all = new Float64Array(2 ** m);
  const room = Array.from({ length: m }, () => new Float64Array(size * size));
  const fill = (depth, code, value, matrix) => {
    if (depth === m) {
      all[code] = value;
      return;
    }
    fill(depth + 1, code, value, matrix);
    const a = 2 * depth * size, b = a + size, pivot = matrix[a + 2 * depth + 1], next = room[depth];
    for (let i = 2 * depth + 2; i < size; i++) {
      const u = matrix[a + i] / pivot, v = matrix[b + i] / pivot;
      for (let j = i + 1; j < size; j++)
        next[i * size + j] = matrix[i * size + j] + v * matrix[a + j] - u * matrix[b + j];
    }
    fill(depth + 1, code + 2 ** (m - 1 - depth), value * pivot, next);
  };
  fill(0, 0, 1, kernel);
  return all;
}

// P(t) = 2⁻ⁿ Σ_A c_A ∏_{i ∈ A} t_i for all patterns t, in place.
function walshHadamard(c) {
  for (let half = 1; half < c.length; half *= 2)
    for (let start = 0; start < c.length; start += 2 * half)
      for (let k = start; k < start + half; k++) {
        const even = c[k], odd = c[k + half];
        c[k] = even - odd;
        c[k + half] = even + odd;
      }
  return c.map((value) => value / c.length);
}

// The tree of a k × 2k window: all horizontal bonds, and the vertical ones of its last column.
function treeOf(k) {
  const across = [], down = [], cols = 2 * k;
  for (let row = 0; row < k; row++)
    for (let col = 0; col < cols; col++) {
      const site = row * cols + col;
      if (col + 1 < cols) across.push([site, site + 1]);
      else if (row + 1 < k) down.push([site, site + cols]);
    }
  return [...across, ...down];
}

// P[x, y], row by row, of a block and its right neighbour, in the order of `ising.patterns`.
export function jointTable(kernel, k) {
  const n = 2 * k * k, tree = treeOf(k), values = pfaffians(kernel, n - 1);
  const correlators = new Float64Array(2 ** n), ends = new Int32Array(2 ** (n - 1));
  tree.forEach(([i, j], bond) => {
    const bit = 1 << (n - 2 - bond), both = (1 << (n - 1 - i)) | (1 << (n - 1 - j));
    for (let code = 0; code < ends.length; code++) if (code & bit) ends[code] ^= both;
  });
  values.forEach((value, code) => (correlators[ends[code]] = value));
  const window = walshHadamard(correlators), size = 2 ** (k * k), table = new Float64Array(size * size);
  for (let code = 0; code < window.length; code++) {
    const parts = [0, 0];
    for (let site = 0; site < n; site++) {
      const side = site % (2 * k) < k ? 0 : 1;
      parts[side] = 2 * parts[side] + ((code >> (n - 1 - site)) & 1);
    }
    table[parts[0] * size + parts[1]] = Math.max(window[code], 0);
  }
  return table;
}

// Which value w · s each pattern has. Weights are whole numbers, so that ties are exact.
// As one bit: its sign, where a tie goes to the first spin, top left.
export function levelsOf(weights, oneBit) {
  const n = weights.length, sums = new Float64Array(2 ** n);
  for (let code = 0; code < sums.length; code++)
    for (let i = 0; i < n; i++) sums[code] += (code >> (n - 1 - i)) & 1 ? weights[i] : -weights[i];
  const seen = sums.map((sum, code) => (oneBit ? Math.sign(sum) || (code >> (n - 1) ? 1 : -1) : sum));
  const values = [...new Set(seen)].sort((a, b) => a - b), place = new Map(values.map((value, at) => [value, at]));
  return { values, index: Int32Array.from(seen, (value) => place.get(value)) };
}

// The pattern seen in a mirror, for each pattern of a k × k block.
export function mirrored(k) {
  const n = k * k;
  return Int32Array.from({ length: 2 ** n }, (_, code) => {
    let turned = 0;
    for (let site = 0; site < n; site++) {
      const other = site - (site % k) + (k - 1 - (site % k));
      turned = 2 * turned + ((code >> (n - 1 - other)) & 1);
    }
    return turned;
  });
}

// The table of two block variables: rows are merged first, then columns.
export function collapse(table, left, right) {
  const size = left.index.length, rows = left.values.length, columns = right.values.length;
  const half = new Float64Array(rows * size), merged = new Float64Array(rows * columns);
  for (let x = 0; x < size; x++) {
    const to = left.index[x] * size, from = x * size;
    for (let y = 0; y < size; y++) half[to + y] += table[from + y];
  }
  for (let u = 0; u < rows; u++)
    for (let y = 0; y < size; y++) merged[u * columns + right.index[y]] += half[u * size + y];
  return merged;
}

// I(U; V) in nats, with the marginals.
export function information(table, rows) {
  const columns = table.length / rows, p = new Float64Array(rows), q = new Float64Array(columns);
  for (let k = 0; k < table.length; k++) {
    p[Math.floor(k / columns)] += table[k];
    q[k % columns] += table[k];
  }
  let value = 0;
  for (let u = 0; u < rows; u++)
    for (let v = 0; v < columns; v++) {
      const cell = table[u * columns + v];
      if (cell > 0) value += cell * Math.log(cell / (p[u] * q[v]));
    }
  return { value: value > 1e-12 ? value : 0, p, q };
}

// All that the page shows of a filter.
export function coarse(table, weights, { oneBit = false, mirror = false } = {}) {
  const left = levelsOf(weights, oneBit), turn = mirrored(Math.sqrt(weights.length));
  const right = mirror ? { values: left.values, index: turn.map((code) => left.index[code]) } : left;
  const merged = collapse(table, left, right);
  return { values: left.values, table: merged, ...information(merged, left.values.length) };
}
