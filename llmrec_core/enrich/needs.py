"""Which items say too little of themselves, and which of them come first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.enrich.material import review_items

if TYPE_CHECKING:
    import pandas as pd

    from llmrec_core.behaviour import Behaviour
    from llmrec_core.tables import Items

ENOUGH = 200
"""Characters of texts and attributes, about two sentences, from which an item is not thin."""


def needs(items: Items, rows: Behaviour, reviews: pd.DataFrame) -> pd.DataFrame:
    """One row an item, in catalogue order: what it says of itself and what could be written from.

    Columns `item` (number), `characters` of all its text fields and attributes, `interactions` and
    `reviews` among `rows`, `need` in [0, 1] (1 says nothing, 0 has ENOUGH characters), `can`
    (bool: there is something to write from).
    """
    import pandas as pd

    characters, own = _characters(items)
    known, of_item = review_items(rows, reviews)
    written = np.bincount(of_item[known], minlength=len(items))
    return pd.DataFrame(
        {
            "item": np.arange(len(items)),
            "characters": characters,
            "interactions": rows.counts(),
            "reviews": written,
            "need": np.clip(1 - characters / ENOUGH, 0, 1),
            "can": own | (written > 0),
        }
    )


def neediest(found: pd.DataFrame, n: int) -> np.ndarray:
    """At most `n` numbers of thin items that can be written about: the long tail first.

    Fewest interactions first, then the thinner, then catalogue order. `found` is from `needs`.
    """
    thin = found[(found["need"] > 0) & found["can"]]
    order = np.lexsort((thin["item"], -thin["need"], thin["interactions"]))
    return thin["item"].to_numpy(np.int64)[order][: max(n, 0)]


def _characters(items: Items) -> tuple[np.ndarray, np.ndarray]:
    """(n_items,) characters of texts and attributes; whether a title, text or attribute tells."""
    total = np.zeros(len(items), np.int64)
    for name in items.text_fields:
        total += [len(str(text).strip()) for text in items.frame[name]]
    for name in items.attributes:
        total += [sum(map(len, values)) for values in items.frame[name]]
    return total, total > 0
