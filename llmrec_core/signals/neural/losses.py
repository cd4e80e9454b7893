"""The three tasks that histories set by themselves: next item, hidden item, order.

Imported by functions only: it needs torch.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from llmrec_core.signals.neural.network import NextItem
from llmrec_core.signals.neural.recipe import MOST_FULL, Loss, NeuralRecipe
from llmrec_core.signals.neural.windows import Windows


class Tasks:
    """The loss of one batch of stretches.

    An item that nobody took is never held against the right ones: it would be pushed away for
    being new.
    """

    def __init__(
        self, network: NextItem, windows: Windows, recipe: NeuralRecipe, rng: np.random.Generator
    ) -> None:
        self.network, self.windows, self.recipe, self.rng = network, windows, recipe, rng
        self.known = network.known.nonzero()[:, 0]  # (k,) item numbers
        # Item number -> place in `known`; items before the first known one are no target, but the
        # padding of targets is item 0.
        self.place = (network.known.long().cumsum(0) - 1).clamp(min=0)
        self.sampled = recipe.loss == Loss.SAMPLED or (
            recipe.loss == Loss.AUTO and len(self.known) > MOST_FULL
        )

    def loss(self, numbers: np.ndarray) -> Tensor:
        """The weighted sum of the tasks on the stretches `numbers`."""
        r = self.recipe
        table = self.network.table()
        items, lengths = (self._there(part) for part in self.windows.items(numbers))
        x = functional.embedding(items, table)  # (B, S, d)
        targets, inside = (self._there(p) for p in self.windows.targets(numbers, r.window))
        states = self.network.states(x, lengths)
        asked = inside.any(dim=2)
        total = self.next_items(states[asked], table, targets[asked], inside[asked])
        if r.masked > 0 or r.order_weight > 0:
            some = self._there(self.rng.random(len(numbers)) < r.aside)
            total = total + self._aside(items[some], lengths[some], x[some], table)
        return total

    def next_items(self, states: Tensor, table: Tensor, targets: Tensor, inside: Tensor) -> Tensor:
        """Cross-entropy of (T, d) states to (T, W) targets, the mean over those `inside`."""
        if len(states) == 0:
            return states.sum()
        share = inside.float() / inside.sum(dim=1, keepdim=True).clamp(min=1)
        if self.sampled:
            return (self._against_drawn(states, table, targets) * share).sum() / len(states)
        logits = states @ functional.embedding(self.known, table).T  # (T, k)
        right = (logits.gather(1, self.place[targets]).float() * share).sum(dim=1)
        return (torch.logsumexp(logits.float(), dim=1) - right).mean()

    def _against_drawn(self, states: Tensor, table: Tensor, targets: Tensor) -> Tensor:
        """(T, W): each target against the same drawn items, which stand for all the others.

        A target that was drawn itself is no other: it is taken off the drawn ones.
        """
        n = min(self.recipe.negatives, len(self.known))
        drawn = self.known[self._there(self.rng.choice(len(self.known), n, replace=False))]
        others = (states @ table[drawn].T).float()  # (T, n)
        rows = []
        for target in targets.T:  # a window is short, and (T, W, n) may be large
            itself = target[:, None] == drawn
            met = (n - itself.sum(dim=1)).clamp(min=1)
            rest = torch.logsumexp(others.masked_fill(itself, -torch.inf), dim=1)
            rows.append(rest + torch.log(max(len(self.known) - 1, 1) / met))
        right = torch.einsum("td,twd->tw", states, functional.embedding(targets, table)).float()
        return torch.logaddexp(right, torch.stack(rows, dim=1)) - right

    def _aside(self, items: Tensor, lengths: Tensor, x: Tensor, table: Tensor) -> Tensor:
        """Hidden items and order in one pass that looks both ways; half of it is shuffled."""
        r = self.recipe
        b, s = items.shape
        if b == 0:
            return x.sum()
        inside = torch.arange(s, device=x.device) < lengths[:, None]
        shuffled = self._there(self.rng.random(b) < 0.5)
        key = self._there(self.rng.random((b, s)).astype(np.float32)) + 2.0 * ~inside
        order = torch.where(
            shuffled[:, None], key.argsort(dim=1), torch.arange(s, device=x.device)
        )
        items = items.gather(1, order)
        x = x.gather(1, order[:, :, None].expand_as(x))
        hidden = self._there(self.rng.random((b, s)) < r.masked) & inside
        x = torch.where(hidden[:, :, None], self.network.hidden.to(x.dtype), x)
        states = self.network.states(x, lengths, causal=False)
        found = items[hidden][:, None]
        one = torch.ones_like(found, dtype=torch.bool)
        masked = self.next_items(states[:, 1:][hidden], table, found, one)
        total = r.masked_weight * masked if r.masked > 0 else 0.0 * masked
        guess = self.network.order(states[:, 0]).float()[:, 0]
        order_loss = functional.binary_cross_entropy_with_logits(guess, shuffled.float())
        return total + r.order_weight * order_loss

    def _there(self, values: np.ndarray) -> Tensor:
        return torch.from_numpy(values).to(self.known.device)
