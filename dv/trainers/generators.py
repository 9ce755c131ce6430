"""torch's global generators, lent to a net that draws (dropout, say) and put back."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor


class OwnGenerators:
    """A trainer's own place in the streams of torch's generators, on the CPU and on its device.

    Modules draw from the global generators and know no others. While such a net trains,
    these stand where the trainer left them; before and after, as everyone else left them.

    Parameters
    ----------
    device : torch.device
    seed : int
    """

    def __init__(self, device: torch.device, seed: int):
        self.devices = sorted({"cpu", str(device)})
        self.state = {d: torch.Generator(d).manual_seed(seed).get_state() for d in self.devices}

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Let what runs inside draw from the trainer's streams."""
        outside = self._swap(self.state)
        try:
            yield
        finally:
            self.state = self._swap(outside)

    def _swap(self, new: dict[str, Tensor]) -> dict[str, Tensor]:
        """Put the global generators to new states; return the old ones."""
        old = {}
        for name in self.devices:
            module = torch.random if name == "cpu" else torch.get_device_module(name)
            place = () if name == "cpu" else (name,)
            old[name] = module.get_rng_state(*place)
            if name in new:
                module.set_rng_state(new[name].cpu(), *place)
        return old
