"""What each past item adds to one score of the network: integrated gradients by Captum.

Imported by functions only: it needs torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from llmrec_core.signals.base import Kind
from llmrec_core.signals.neural.network import NextItem
from llmrec_core.signals.neural.reading import torch_threads
from llmrec_core.signals.neural.windows import latest

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.profile import Profiles

STEPS = (16, 32, 64, 128)
"""Places on the way to the history where gradients are taken (Gauss-Legendre): more while the
rest is larger than ENOUGH."""
ENOUGH = 0.01
"""Share of the parts' absolute sum that a rest may have."""
REST = "a part of the network's score that no single past item explains"
EMPTY = "what the network says with every past item hidden"


def contributions(
    network: NextItem, profile: Profiles, item: int, length: int
) -> pd.DataFrame:
    """The frame of `Signal.contributions`, with a column `words` for what is no past item."""
    import pandas as pd

    past = profile.item[-length:] if len(profile.item) else profile.item
    with torch_threads(1):
        score, empty, parts = integrated(network, profile, item, length)
    numbers, place = np.unique(past, return_inverse=True)
    by_item = np.bincount(place, parts, minlength=len(numbers))
    rest = score - empty - by_item.sum()
    n = len(numbers)
    return pd.DataFrame({
        "kind": [str(Kind.PAST_ITEM)] * n + [str(Kind.RESIDUAL), str(Kind.WHOLE)],
        "evidence": np.concatenate([numbers, [-1, -1]]).astype(np.int64),
        "part": [""] * (n + 2),
        "contribution": np.concatenate([by_item, [rest, empty]]),
        "words": [""] * n + [REST, EMPTY],
    })


def integrated(
    network: NextItem, profile: Profiles, item: int, length: int
) -> tuple[float, float, np.ndarray]:
    """(score, score with every item hidden, (h,) float64 of the items read, oldest first)."""
    from captum.attr import IntegratedGradients

    items, lengths = (torch.from_numpy(p) for p in latest(profile, length).items(np.array([0])))
    table = network.table().detach()
    x = functional.embedding(items, table)  # (1, h, d)
    hidden = network.hidden.detach().expand_as(x)

    def score(past: torch.Tensor) -> torch.Tensor:
        states = network.states(past, lengths.expand(len(past)))
        return states[:, -1] @ table[item]

    with torch.no_grad():
        full, empty = score(torch.cat([x, hidden])).tolist()
    parts = np.zeros(x.shape[1])
    for steps in STEPS if x.shape[1] else ():
        gradients = IntegratedGradients(score).attribute(
            x, baselines=hidden, n_steps=steps, method="gausslegendre"
        )
        parts = gradients[0].sum(dim=1).numpy().astype(np.float64)
        if abs(full - empty - parts.sum()) <= ENOUGH * np.abs(parts).sum():
            break
    return full, empty, parts
