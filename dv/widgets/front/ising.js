// The two-dimensional Ising model on a torus: two samplers, what is exact of the infinite
// lattice, and averages over the lattices seen. Nothing here draws. Energies are in units
// of the coupling, temperatures too.

import { below, generator } from "./resampling.js";

export const T_C = 2 / Math.log1p(Math.SQRT2);
const WORDS = 2 ** 32; // values of the generator

// Mean of a spin in the + phase (Yang 1952).
export const magnetization = (temperature) => (temperature < T_C ? (1 - Math.sinh(2 / temperature) ** -4) ** 0.125 : 0);

// Mean energy a site (Onsager 1944). With κ = 2 tanh²(2/T) − 1 the modulus is √(1 − κ²), and
// its elliptic integral is π/2 over the arithmetic-geometric mean of 1 and |κ|.
export function energy(temperature) {
  const tanh = Math.tanh(2 / temperature), kappa = 2 * tanh ** 2 - 1;
  let [a, g] = [1, Math.abs(kappa)];
  while (a - g > 1e-15 * a) [a, g] = [(a + g) / 2, Math.sqrt(a * g)];
  return -(1 + kappa / a) / tanh;
}

export class Lattice {
  constructor(side, seed) {
    const sites = side ** 2, at = (row, column) => ((row + side) % side) * side + ((column + side) % side);
    const moved = (down, right) => Int32Array.from({ length: sites }, (_, i) => at(Math.floor(i / side) + down, (i % side) + right));
    this.side = side;
    this.next = generator(seed);
    this.spins = Int8Array.from({ length: sites }, () => (this.next() >>> 31 ? 1 : -1));
    [this.right, this.left, this.below, this.above] = [moved(0, 1), moved(0, -1), moved(1, 0), moved(-1, 0)];
    [this.root, this.size, this.codes] = [0, 0, 0].map(() => new Int32Array(sites));
  }

  // As many tries as there are sites, each at a random one.
  metropolis(temperature) {
    const { spins, right, left, below: under, above, next } = this;
    const accepted = [0, 4, 8].map((cost) => Math.exp(-cost / temperature) * WORDS);
    for (let tries = spins.length; tries > 0; tries--) {
      const i = below(next, spins.length);
      const agree = spins[i] * (spins[right[i]] + spins[left[i]] + spins[under[i]] + spins[above[i]]);
      if (agree <= 0 || next() < accepted[agree / 2]) spins[i] = -spins[i];
    }
  }

  // Swendsen and Wang: bonds between equal spins are laid with probability 1 − e^(−2/T), and
  // each cluster is turned over or not by a fair coin. Given the bonds all signs of the
  // clusters are equally likely, so the law stays the same if those of more than
  // `most(size of the largest, sites)` sites are left as they are.
  clusters(temperature, most = () => Infinity) {
    const { spins, right, below: under, root, size, next } = this;
    const laid = (1 - Math.exp(-2 / temperature)) * WORDS;
    const find = (i) => {
      while (root[i] !== i) i = root[i] = root[root[i]];
      return i;
    };
    const join = (i, j) => {
      if (spins[i] !== spins[j] || next() >= laid) return;
      const a = find(i), b = find(j);
      root[Math.max(a, b)] = Math.min(a, b);
    };
    for (let i = 0; i < spins.length; i++) root[i] = i;
    for (let i = 0; i < spins.length; i++) {
      join(i, right[i]);
      join(i, under[i]);
    }
    size.fill(0);
    for (let i = 0; i < spins.length; i++) size[find(i)]++;
    const limit = most(size.reduce((a, b) => Math.max(a, b)), spins.length);
    for (let i = 0; i < spins.length; i++) if (size[i]) size[i] = size[i] <= limit && next() >>> 31 ? -1 : 1;
    for (let i = 0; i < spins.length; i++) spins[i] *= size[find(i)];
  }

  // Magnetisation and energy a site.
  measure() {
    const { spins, right, below: under } = this;
    let up = 0, bonds = 0;
    for (let i = 0; i < spins.length; i++) {
      up += spins[i];
      bonds += spins[i] * (spins[right[i]] + spins[under[i]]);
    }
    return { magnetization: up / spins.length, energy: -bonds / spins.length };
  }

  // A number for the k × k block that begins at each site; the next call overwrites it.
  blocks(k) {
    const { spins, right, below: under, codes } = this;
    for (let i = 0; i < spins.length; i++) {
      let code = 0;
      for (let row = 0, start = i; row < k; row++, start = under[start])
        for (let column = 0, j = start; column < k; column++, j = right[j]) code = 2 * code + (spins[j] > 0);
      codes[i] = code;
    }
    return codes;
  }
}

const plogp = (counts, n) => {
  let sum = 0;
  for (let k = 0; k < counts.length; k++) if (counts[k]) sum += (counts[k] / n) * Math.log(counts[k] / n);
  return sum;
};

// Means over lattices, and how often each pair of neighbouring k × k blocks was seen.
export class Averages {
  constructor(k) {
    this.k = k;
    this.lattices = this.magnetizations = this.energies = 0;
    this.block = new Uint32Array(2 ** (k * k));
    this.pair = new Uint32Array(4 ** (k * k));
  }

  add(lattice) {
    const { magnetization: m, energy: u } = lattice.measure(), codes = lattice.blocks(this.k);
    this.lattices++;
    this.magnetizations += Math.abs(m);
    this.energies += u;
    for (let i = 0; i < codes.length; i++) {
      let j = i;
      for (let step = 0; step < this.k; step++) j = lattice.right[j];
      this.block[codes[i]]++;
      this.pair[codes[i] * this.block.length + codes[j]]++;
    }
    this.pairs = this.lattices * codes.length;
  }

  get magnetization() {
    return this.magnetizations / this.lattices;
  }

  get energy() {
    return this.energies / this.lattices;
  }

  // The plug-in estimate, in nats; on a torus both blocks have the same margin.
  get information() {
    return plogp(this.pair, this.pairs) - 2 * plogp(this.block, this.pairs);
  }
}
