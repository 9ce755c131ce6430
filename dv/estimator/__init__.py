"""How `estimate_mi` and `estimate_divergence` get their numbers."""
