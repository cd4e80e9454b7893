"""Training with early stopping on the last items of some histories.

Imported by functions only: it needs torch.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from llmrec_core.signals.neural.losses import Tasks
from llmrec_core.signals.neural.network import NextItem
from llmrec_core.signals.neural.reading import scores, torch_threads
from llmrec_core.signals.neural.recipe import NeuralRecipe
from llmrec_core.signals.neural.windows import stretches

if TYPE_CHECKING:
    from llmrec_core.profile import Profiles

JUDGED_SHARE, MOST_JUDGED = 0.2, 1000
"""Of how many histories the last items are held out to say when to stop."""
HELD_SHARE = 0.2
"""How much of such a history is held out, at least its last item and at most a window."""
CLIP = 5.0
"""Largest norm of a step's gradient."""
MANY = 5000
"""Items from which products are worth several threads. Below, one thread: results then depend on
no number of cores, and a busy machine does not wait for its slowest one at every product."""
ALIKE = 10
"""Stretches whose lengths differ by less may meet in a batch by chance."""

Judged = list[tuple[int, np.ndarray]]
"""Profile numbers, and the items that were held out of their histories."""


@dataclass(frozen=True)
class Trained:
    """A network with its best weights.

    `figures` has for every epoch the mean log probability of the held-out items; no clock is among
    them, for equal seeds to give equal artefacts.
    """

    network: NextItem
    figures: list[float]

    def arrays(self) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """(the weights by name, the figures as (epochs,)), all float32."""
        state = self.network.state_dict()
        weights = {name: tensor.float().cpu().numpy() for name, tensor in state.items()}
        return weights, np.asarray(self.figures, np.float32)


def train(
    profiles: Profiles, vectors: np.ndarray, recipe: NeuralRecipe, device: str,
    tell: Callable[[int, int], object],
) -> Trained:
    """Train on the histories of `profiles`; `tell(epochs done, epochs at most)`."""
    rng = np.random.default_rng(recipe.seed)
    kept, judged = hold_out(profiles, recipe, rng)
    known = np.bincount(kept.item, minlength=profiles.n_items) > 0
    threads = torch.get_num_threads() if profiles.n_items >= MANY else 1
    with _seeded(recipe.seed, device), torch_threads(threads):
        network = NextItem(vectors, known, recipe).to(device)
        figures: list[float] = []
        if known.any():
            for figure in _improved(network, kept, judged, recipe, rng):
                figures.append(figure)
                tell(len(figures), recipe.epochs)
    tell(recipe.epochs, recipe.epochs)
    return Trained(network.eval(), figures)


def _improved(
    network: NextItem, profiles: Profiles, judged: Judged, recipe: NeuralRecipe,
    rng: np.random.Generator,
) -> Iterator[float]:
    """Train the network in place, and at the end give it its best weights; figures by epoch."""
    step = torch.optim.AdamW(network.parameters(), lr=recipe.lr, weight_decay=recipe.reg)
    best, since = (-np.inf, copy.deepcopy(network.state_dict())), 0
    for _ in range(recipe.epochs):
        _epoch(network, step, profiles, recipe, rng)
        figure = judge(network, profiles, judged, recipe.length)
        since += 1
        # With nobody to judge by, the last weights are the best ones known.
        if figure > best[0] or not judged:
            best, since = (figure, copy.deepcopy(network.state_dict())), 0
        yield figure
        if since >= recipe.patience:
            break
    network.load_state_dict(best[1])


def hold_out(
    profiles: Profiles, recipe: NeuralRecipe, rng: np.random.Generator
) -> tuple[Profiles, Judged]:
    """The profiles without the last items of some, and whose items those are.

    Held out are the last fifth of a history, at least its last item and at most a window.
    """
    lengths = profiles.lengths
    able = np.flatnonzero(lengths >= 3)
    most = min(int(np.ceil(JUDGED_SHARE * len(able))), MOST_JUDGED)
    chosen = np.sort(rng.choice(able, most, replace=False)) if most else able[:0]
    count = np.zeros(len(profiles), np.int64)
    held = np.floor(HELD_SHARE * lengths[chosen]).astype(np.int64)
    count[chosen] = np.clip(held, 1, recipe.window)
    out = [
        (int(u), profiles.item[profiles.start[u + 1] - count[u] : profiles.start[u + 1]])
        for u in chosen
    ]
    return profiles.keep_rows(profiles.age() >= count[profiles.owner()]), out


def judge(network: NextItem, profiles: Profiles, judged: Judged, length: int) -> float:
    """Mean log probability of the held-out items, all items being candidates; nan without any."""
    if not judged:
        return float("nan")
    network.eval()
    score = scores(network, profiles.select(np.array([u for u, _ in judged])), length)
    score -= score.max(axis=1, keepdims=True)
    score -= np.log(np.exp(score).sum(axis=1, keepdims=True))
    return float(np.mean([score[k, items].mean() for k, (_, items) in enumerate(judged)]))


def _epoch(
    network: NextItem, step: Any, profiles: Profiles, recipe: NeuralRecipe,
    rng: np.random.Generator,
) -> None:
    network.train()
    windows = stretches(profiles, recipe.length, rng)
    tasks = Tasks(network, windows, recipe, rng)
    half = _bfloat16(network.text.device.type)
    for numbers in _batches(windows.end - windows.begin, recipe.batch, rng):
        step.zero_grad()
        with torch.autocast(network.text.device.type, torch.bfloat16, enabled=half):
            loss = tasks.loss(numbers)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), CLIP)
        step.step()


def _batches(
    lengths: np.ndarray, size: int, rng: np.random.Generator
) -> Iterator[np.ndarray]:
    """Stretches of like length together, so that little is padded; the batches in any order."""
    order = np.argsort(lengths + rng.random(len(lengths)) * ALIKE, kind="stable")
    parts = [order[k : k + size] for k in range(0, len(order), size)]
    for k in rng.permutation(len(parts)):
        yield parts[k]


def _bfloat16(device: str) -> bool:
    """Whether products are faster in bfloat16: where the hardware has it, not where it is faked."""
    if device == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device == "cpu" and bool(torch.cpu.get_capabilities().get("avx512_bf16"))


@contextmanager
def _seeded(seed: int, device: str) -> Iterator[None]:
    """Random numbers of torch from `seed` inside, as if nothing had been drawn outside."""
    devices = [torch.cuda.current_device()] if device == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        yield
