"""How a local model chooses the next token, request by request, and when it stops."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from llmrec_core.llm.base import Request


class Noise:
    """Noise on the scores, after which the likeliest token is a draw at the request's temperature.

    Adding Gumbel noise to logits and taking the largest is a draw from their softmax (Gumbel,
    1954). Each request has a generator of its own seed, so that its draws do not depend on who
    shares the batch. At temperature 0 nothing is added.
    """

    def __init__(self, requests: Sequence[Request], device: str) -> None:
        import torch

        self._device = device
        self._rows = [
            (row, request.temperature, torch.Generator().manual_seed(request.seed))
            for row, request in enumerate(requests) if request.temperature > 0
        ]

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Scores (batch, vocabulary) float, with each drawn row's noise added."""
        import torch

        if not self._rows:
            return scores
        scores = scores.float().clone()
        for row, temperature, generator in self._rows:
            drawn = torch.empty(scores.shape[1]).exponential_(generator=generator)
            scores[row] = scores[row] / temperature - drawn.log().to(self._device)
        return scores


class StopWhen:
    """Ends the writing once an event is set."""

    def __init__(self, stopped: threading.Event) -> None:
        self._stopped = stopped

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        """One flag a row."""
        import torch

        return torch.full((input_ids.shape[0],), self._stopped.is_set(), device=input_ids.device)
