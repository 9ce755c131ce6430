"""Configurations drawn at random: exact windows of the infinite lattice, clusters on a torus."""
