"""The checker of the shapes in signatures, for jaxtyping's import hook."""

from beartype import BeartypeConf, beartype

check = beartype(conf=BeartypeConf(is_pep484_tower=True))  # an int is a float
