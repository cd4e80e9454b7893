"""Scores of a trained network, on the processor.

Imported by functions only: it needs torch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import torch
from torch.nn import functional

from llmrec_core.profile import Profiles
from llmrec_core.signals.neural.network import NextItem
from llmrec_core.signals.neural.recipe import NeuralRecipe
from llmrec_core.signals.neural.windows import latest

AT_ONCE = 256
"""Profiles read together."""


@contextmanager
def torch_threads(n: int) -> Iterator[None]:
    """Keep torch on `n` threads inside: small products are faster, and kinder, on one."""
    before = torch.get_num_threads()
    torch.set_num_threads(n)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def rebuilt(
    vectors: np.ndarray, weights: Mapping[str, np.ndarray], recipe: NeuralRecipe
) -> NextItem:
    """The network of the stored `weights`, ready to read."""
    with torch.random.fork_rng(devices=[]):
        network = NextItem(vectors, np.asarray(weights["known"]) > 0, recipe)
    network.load_state_dict({name: torch.from_numpy(np.array(w)) for name, w in weights.items()})
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    return network.eval()


def scores(network: NextItem, profiles: Profiles, length: int) -> np.ndarray:
    """(n, n_items) for profiles, in the precision and on the device of the network."""
    windows = latest(profiles, length)
    device = network.text.device
    with torch_threads(1), torch.inference_mode():
        table = network.table()
        out = [
            _ends(network, table, *(
                torch.from_numpy(part).to(device) for part in windows.items(numbers)
            ))
            for numbers in _parts(len(profiles))
        ]
        empty = np.zeros((0, len(table)), np.float32)
        return np.concatenate([(h @ table.T).cpu().numpy() for h in out]) if out else empty


def _parts(n: int) -> Iterator[np.ndarray]:
    for begin in range(0, n, AT_ONCE):
        yield np.arange(begin, min(begin + AT_ONCE, n))


def _ends(
    network: NextItem, table: torch.Tensor, items: torch.Tensor, lengths: torch.Tensor
) -> torch.Tensor:
    """(b, d): the state after all items of each sequence."""
    states = network.states(functional.embedding(items, table), lengths)
    return states[torch.arange(len(items), device=items.device), lengths]
