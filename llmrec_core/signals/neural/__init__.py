"""Neural: what comes next, read from item texts by a small network (attention or LSTM)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmrec_core.signals.memo import Memo
from llmrec_core.signals.neural.recipe import Loss, NeuralRecipe, Shape
from llmrec_core.signals.neural.signal import Neural

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from llmrec_core.profile import Profiles
    from llmrec_core.signals.inputs import ItemSide
    from llmrec_core.signals.registry import Tell

__all__ = ["GRID", "Loss", "Neural", "NeuralRecipe", "Shape", "fit", "load"]

GRID = {"shape": (Shape.ATTENTION.value, Shape.LSTM.value)}
"""What is tried on validation rows: a fit takes minutes, so both ways of reading and no more."""


def fit(
    profiles: Profiles, items: ItemSide, recipe: NeuralRecipe, memo: Memo | None = None,
    tell: Tell | None = None,
) -> Neural:
    """Train on all histories; `tell(epochs done, epochs at most)` after every epoch.

    On a CUDA or Apple device where there is one, else on the processor, where equal seeds give
    equal weights. A KeyboardInterrupt passes through.
    """
    from llmrec_core.embed.encoder import choose_device
    from llmrec_core.signals.neural.training import train

    say = tell or (lambda done, total: None)
    # A minute of work: whoever fits the same again while choosing, as for steering, gets it back.
    weights, figures = (memo or Memo()).get("neural", recipe, lambda: train(
        profiles, items.vectors, recipe, choose_device("auto"), say
    ).arrays())
    return Neural(recipe, items, weights, figures)


def load(recipe: NeuralRecipe, arrays: Mapping[str, np.ndarray], items: ItemSide) -> Neural:
    """The signal as it was stored."""
    weights = {name: value for name, value in arrays.items() if name != "figures"}
    return Neural(recipe, items, weights, arrays["figures"])
