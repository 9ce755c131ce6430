"""Names loaded on first use, and what to install where a package is missing."""

from contextlib import contextmanager

import lazy_loader

EXTRAS = {
    "torch": "torch",
    "anywidget": "widgets",
    "IPython": "widgets",
    "matplotlib": "widgets",
    "pandas": "widgets",
    "PIL": "widgets",
    "seaborn": "widgets",
    "traitlets": "widgets",
    "numba": "ising",
}
"""Which extra of the distribution brings a package that the core does without."""


def explained(error, what):
    """The error of a missing package, in words that name the extra to install."""
    package = (error.name or "").partition(".")[0]
    if package not in EXTRAS:
        return error
    words = f"{what} needs {package}: pip install 'donsker-varadhan[{EXTRAS[package]}]'"
    return ModuleNotFoundError(words, name=error.name)


@contextmanager
def needed_by(what):
    """Turn a failed import of an optional package into words that name ``what`` and the extra to install."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise explained(error, what) from error


def attach(name, file):
    """``__getattr__, __dir__, __all__`` of a package whose stub (``__init__.pyi``) says where its names live."""
    load, listing, names = lazy_loader.attach_stub(name, file)

    def __getattr__(attribute):
        with needed_by(f"{name}.{attribute}"):
            return load(attribute)

    return __getattr__, listing, names
