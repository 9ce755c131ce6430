"""Mutual information by neural estimation, with the truth beside the estimate.

Everything public is named here and loaded on first use, so ``import dv`` costs
next to nothing and what needs no torch is had without it.
"""

from importlib import import_module

_HOME = {
    "BivariateGaussian": "gaussian",
    "BoundExplorer": "widgets.explorer",
    "Budget": "crossfit",
    "DV": "bounds",
    "DVTrainer": "trainers",
    "Estimate": "result",
    "FilterBrush": "widgets.brush",
    "InformationTable": "widgets.table",
    "MINEETrainer": "minee",
    "MINETrainer": "mine",
    "Net": "critics",
    "ResamplingMachine": "widgets.machine",
    "ResidualNet": "critics",
    "SeparableCritic": "critics",
    "TwoBranchNet": "critics",
    "checkbox": "widgets.controls",
    "choice": "widgets.controls",
    "dv_bound": "bounds",
    "estimate_divergence": "estimate",
    "estimate_mi": "estimate",
    "fdiv": "bounds",
    "infonce_bound": "bounds",
    "interact": "widgets.interactive",
    "js_bound": "bounds",
    "log_mean_exp": "bounds",
    "nwj_bound": "bounds",
    "pair_scores": "critics",
    "plot_samples_with_kde": "plots",
    "redraw": "widgets.controls",
    "resample": "resampling",
    "slider": "widgets.controls",
    "smile_bound": "bounds",
}

_SUBMODULES = ("discrete", "ising")

__all__ = sorted([*_HOME, *_SUBMODULES])


def __getattr__(name):
    if name in _SUBMODULES:
        return import_module(f"dv.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'dv' has no attribute {name!r}")
    value = getattr(import_module(f"dv.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *__all__})
