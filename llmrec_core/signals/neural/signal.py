"""A trained network as a signal: scores for profiles, and what each past item adds to one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from llmrec_core.profile import Profiles
    from llmrec_core.signals.inputs import ItemSide
    from llmrec_core.signals.neural.recipe import NeuralRecipe


@dataclass(frozen=True)
class Neural:
    """score(u, i) = h(u)' e_i: h(u) the network's state after the latest items, e_i = P z_i + o_i.

    P projects the text vector z_i; o_i is the item's own vector, 0 for an item that nobody took,
    so that such an item is scored by its text alone. Weights are numpy arrays; the tensors made of
    them stay inside.

    Attributes
    ----------
    weights : name -> float32 array, as the network names them.
    figures : (epochs,) float32, for every epoch the mean log probability of the held-out items.
    """

    recipe: NeuralRecipe
    items: ItemSide
    weights: Mapping[str, np.ndarray]
    figures: np.ndarray

    name: ClassVar[str] = "neural"

    def score(self, profiles: Profiles, *, exact: bool = False) -> np.ndarray:
        """(n_profiles, n_items); a profile with no history is scored from the start alone."""
        from llmrec_core.signals.neural.reading import scores

        return scores(self._exact if exact else self._network, profiles, self.recipe.length)

    def contributions(self, profile: Profiles, item: int) -> pd.DataFrame:
        """One part for each past item that was read, what integrated gradients leave unexplained,
        and the score of an empty history.

        Integrated gradients (Sundararajan et al. 2017) of the score with respect to the item
        vectors that the network reads, from the hidden item's vector to what they are.
        """
        from llmrec_core.signals.neural.attribution import contributions

        return contributions(self._exact, profile, item, self.recipe.length)

    def arrays(self) -> dict[str, np.ndarray]:
        """The network's weights by name, and what every epoch was worth."""
        return {**self.weights, "figures": self.figures}

    @cached_property
    def _network(self) -> Any:
        from llmrec_core.signals.neural.reading import rebuilt

        return rebuilt(self.items.vectors, self.weights, self.recipe)

    @cached_property
    def _exact(self) -> Any:
        """The same network in float64."""
        from llmrec_core.signals.neural.reading import rebuilt

        return rebuilt(self.items.vectors, self.weights, self.recipe).double()
