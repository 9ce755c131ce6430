"""Entropy, divergence and mutual information of tables, and their plug-in estimates, in nats."""

from .bootstrap import bootstrap_interval
from .counts import CORRECTIONS, expected_plug_in, plug_in
from .tables import entropy, kl, mutual_information, sample_table

__all__ = [
    "CORRECTIONS",
    "bootstrap_interval",
    "entropy",
    "expected_plug_in",
    "kl",
    "mutual_information",
    "plug_in",
    "sample_table",
]
