"""The network: item texts -> item vectors -> what a sequence of them calls for.

Imported by functions only: it needs torch.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from llmrec_core.signals.neural.recipe import NeuralRecipe, Shape


class Block(nn.Module):
    """Self-attention and a small perceptron, each on normalised input and added to it.

    A learned bias for every distance between two places says how much nearness counts: so what
    is learned at one place of a sequence holds at all others.
    """

    def __init__(self, recipe: NeuralRecipe) -> None:
        super().__init__()
        d = recipe.dim
        self.heads = recipe.heads
        self.before_attention, self.before_mixing = nn.LayerNorm(d), nn.LayerNorm(d)
        self.inputs, self.output = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.nearness = nn.Parameter(torch.zeros(recipe.heads, 2 * recipe.length + 1))
        self.mixing = nn.Sequential(nn.Linear(d, 2 * d), nn.GELU(), nn.Linear(2 * d, d))
        self.drop = nn.Dropout(recipe.dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """(B, S, d) -> (B, S, d); `mask` (B or 1, 1, S, S) is 0 where may be looked, else -inf."""
        b, s, d = x.shape
        place = torch.arange(s, device=x.device)
        distance = place[:, None] - place + (self.nearness.shape[1] - 1) // 2  # (S, S)
        bias = self.nearness[:, distance] + mask  # (B, heads, S, S)
        parts = self.inputs(self.before_attention(x)).view(b, s, 3, self.heads, -1)
        q, k, v = parts.permute(2, 0, 3, 1, 4)  # each (B, heads, S, d / heads)
        seen = functional.scaled_dot_product_attention(
            q, k, v, attn_mask=bias.to(q.dtype)
        )
        x = x + self.drop(self.output(seen.transpose(1, 2).reshape(b, s, d)))
        return x + self.drop(self.mixing(self.before_mixing(x)))


class NextItem(nn.Module):
    """States of a sequence, and the item vectors that they are compared with.

    Place 0 of every sequence is a learned start, so that nothing at all calls for something too.
    """

    vectors: Tensor
    known: Tensor

    def __init__(self, vectors: np.ndarray, known: np.ndarray, recipe: NeuralRecipe) -> None:
        super().__init__()
        d = recipe.dim
        self.shape, self.forget = recipe.shape, recipe.forget
        self.register_buffer("vectors", torch.from_numpy(vectors.copy()), persistent=False)
        self.register_buffer("known", torch.from_numpy(known.astype(np.float32)))
        self.text = nn.Parameter(torch.randn(vectors.shape[1], d) / d**0.5)
        own = torch.randn(len(vectors), d) / d**0.5 / 2
        self.own = nn.Parameter(own) if recipe.identity else None
        # Not zero: what normalises its input would turn on the least of a vector added to zero.
        self.start, self.hidden = (nn.Parameter(torch.randn(d) / d**0.5) for _ in range(2))
        if recipe.shape == Shape.LSTM:
            drop = recipe.dropout if recipe.layers > 1 else 0.0
            self.lstm = nn.LSTM(d, d, recipe.layers, batch_first=True, dropout=drop)
        else:
            self.blocks = nn.ModuleList(Block(recipe) for _ in range(recipe.layers))
        self.drop, self.norm = nn.Dropout(recipe.dropout), nn.LayerNorm(d)
        self.order = nn.Linear(d, 1)

    def table(self) -> Tensor:
        """(n_items, d): text through the projection, and its own vector where an item has one.

        In training some items go without theirs: so what only the text can say is learned too.
        """
        told = self.vectors @ self.text
        if self.own is None:
            return told
        kept = self.known
        if self.training and self.forget > 0:
            kept = kept * (torch.rand_like(kept) >= self.forget)
        return told + self.own * kept[:, None]

    def states(self, x: Tensor, lengths: Tensor, *, causal: bool = True) -> Tensor:
        """(B, S + 1, d) from item vectors (B, S, d), of which the first `lengths` (B,) count.

        State t has seen the start and the first t items when `causal`, else all of them.
        """
        b, s, d = x.shape
        x = self.drop(torch.cat([self.start.expand(b, 1, d).to(x.dtype), x], dim=1))
        if self.shape == Shape.LSTM:
            return self.norm(self._remembered(x, lengths, causal=causal))
        mask = self._mask(s + 1, lengths, causal=causal).to(x.dtype)
        for block in self.blocks:
            x = block(x, mask)
        return self.norm(x)

    def _mask(self, s: int, lengths: Tensor, *, causal: bool) -> Tensor:
        """0 where a place may look, -inf elsewhere: (1, 1, S, S) or, for each length, (B, …)."""
        place = torch.arange(s, device=lengths.device)
        if causal:  # what lies behind the end comes after every place that counts
            allowed = (place <= place[:, None])[None]
        else:
            allowed = (place <= lengths[:, None])[:, None, :].expand(-1, s, -1)
        mask = torch.zeros(allowed.shape, device=lengths.device)
        return mask.masked_fill(~allowed, -torch.inf)[:, None]

    def _remembered(self, x: Tensor, lengths: Tensor, *, causal: bool) -> Tensor:
        """Forwards only, or forwards plus backwards with the same weights."""
        ahead = self.lstm(x)[0]
        if causal:
            return ahead + x
        place = torch.arange(x.shape[1], device=x.device)
        turned = (lengths[:, None] - place).clamp(min=0)  # place <-> length - place
        turn = turned[:, :, None].expand_as(x)
        back = self.lstm(x.gather(1, turn))[0].gather(1, turn)
        return ahead + back + x
