"""Exact answers: thermodynamics, and tables of blocks through Pfaffians."""
