"""The experiments of the chapter *Ising II: coarse graining*, beside the exact answers.

``python -m benchmarks.coarse_graining`` prints what the record holds: a table *they
reported / expected / we find / exact*, the estimates over five seeds, the grid of critics,
losses and learning rates, and the learned filters. ``python -m benchmarks.coarse_graining
record`` makes what the record (benchmarks/results/coarse_graining) lacks, row by row, with
a progress bar; stopped, it goes on where it was. To remake an experiment delete its file,
or name it: ``record grid``.
"""

import json
import sys
from pathlib import Path

import pandas as pd
import torch

from dv._progress import progress_bar

from . import coarse_critics, coarse_data, coarse_filters

FOLDER = Path(__file__).parent / "results" / "coarse_graining"
SETTINGS = {
    "fresh": coarse_data.FRESH,
    "targets": coarse_critics.TARGETS,
    "grid": coarse_critics.GRID,
    "plug_in": coarse_critics.PLUG_IN | {"repeats": coarse_critics.REPEATS},
    "filters": coarse_filters.SETTINGS,
}
EXPERIMENTS = {
    "plug_in": (coarse_critics.histogram, coarse_critics.HISTOGRAM_JOBS),
    "targets": (coarse_critics.target, coarse_critics.TARGET_JOBS),
    "filters": (coarse_filters.filter_run, coarse_filters.JOBS),
    "luck": (coarse_critics.luck, coarse_critics.HISTOGRAM_JOBS),
    "grid": (coarse_critics.grid_run, coarse_critics.GRID_JOBS),
}
REPORTED = {  # by the public notebook: histogram; least and greatest neural estimate that it prints
    "2×2 fine": ("0.4219", "0.426"),
    "2×2 mean": ("0.3708", "0.354 to 0.375"),
    "2×2 learned": ("", "0.387 to 0.406"),
    "3×3 ring mean": ("0.4128", "0.396 to 0.43"),
    "3×3 fine": ("", "0.470 to 0.568"),
}


def load(name):
    """One experiment of the record, a row a run."""
    path = FOLDER / f"{name}.csv"
    return pd.read_csv(path) if path.exists() else pd.DataFrame()


def record(name):
    """Run what is missing of an experiment; each row is written when it is ready."""
    run, jobs = EXPERIMENTS[name]

    def job_of(row):
        return {key: row[key] for key in jobs[0]}

    rows = [row for row in load(name).to_dict("records") if job_of(row) in jobs]
    done = [job_of(row) for row in rows]
    missing = [job for job in jobs if job not in done]
    for i in progress_bar(len(missing), unit=name):
        rows.append({**missing[i], **run(**missing[i])})
        rows.sort(key=lambda row: jobs.index(job_of(row)))
        pd.DataFrame(rows).to_csv(FOLDER / f"{name}.csv", index=False, float_format="%.6g")


def record_all(names):
    """Remake the experiments named, or all that is missing, under the settings of the code."""
    FOLDER.mkdir(exist_ok=True)
    for name in names:
        (FOLDER / f"{name}.csv").unlink(missing_ok=True)
    settings = FOLDER / "settings.json"
    if settings.exists() and json.loads(settings.read_text()) != SETTINGS and not names:
        raise SystemExit(f"{settings} holds other settings: remake the experiments by name")
    settings.write_text(json.dumps(SETTINGS, indent=1, ensure_ascii=False) + "\n")
    for name in names or EXPERIMENTS:
        record(name)


def comparison():
    """They reported / expected / we find / exact."""
    histograms, estimates = load("plug_in").set_index("setup"), load("targets")
    for setup, (histogram, neural) in REPORTED.items():
        row, runs = {"block variable": setup, "their histogram": histogram}, estimates
        if setup in histograms.index:
            seen, runs = histograms.loc[setup], estimates[estimates["setup"] == setup]
            row["expected"] = f"{seen['expected']:.4f}"
            row["our histogram"] = f"{seen['mean']:.4f} ± {seen['std']:.4f}"
        else:  # a filter learned with its critic
            runs = load("filters").query("kind == 'free'")
        yield row | {
            "their neural": neural,
            "ours, held out": f"{runs['value'].min():.3f} to {runs['value'].max():.3f}",
            "95% interval of one": f"{runs['low'].iloc[0]:.3f} to {runs['high'].iloc[0]:.3f}",
            "exact": f"{runs['exact'].iloc[0]:.4f}",
        }


def main():
    for title, table in (
        ("They reported / expected / we find / exact", pd.DataFrame(comparison())),
        ("Targets", load("targets")),
        ("The true log ratio on the pairs of the grid", load("luck")),
        ("Grid", load("grid")),
        ("Learned filters", load("filters")),
    ):
        print(f"{title}\n{table.to_string(index=False, na_rep='', float_format='{:.4f}'.format)}\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    record_all(sys.argv[2:]) if sys.argv[1:2] == ["record"] else main()
