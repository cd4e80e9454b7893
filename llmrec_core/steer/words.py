"""The words that tell an item from the others: what somebody who wants it might say."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core import tables

if TYPE_CHECKING:
    from llmrec_core.tables import Items

WORD = r"[^\W\d_]{4,}"
WORDS = 5
"""Words put in for one item."""
MOST_SHARE = 0.1
"""A word in more of the items tells nothing."""


def telling_words(
    items: Items, n: int = WORDS, *, least: int | None = None
) -> list[tuple[str, ...]]:
    """For every item its `n` words of the highest TF-IDF over its text fields.

    An item with fewer than `least` (by default n) has none: ().

    Words of the item's title, names (words mostly written with a capital), stop words and words
    that no other item has are left out: a name gives the item away.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [" ".join(map(str, parts)) for parts in items.frame[list(items.text_fields)].to_numpy()]
    vectorizer = TfidfVectorizer(
        token_pattern=WORD, stop_words="english", min_df=2, max_df=MOST_SHARE,
        sublinear_tf=True, dtype=np.float32,
    )
    try:
        matrix = vectorizer.fit_transform(texts)
    except ValueError:  # no text, or no word is left
        return [()] * len(items)
    words, names = vectorizer.get_feature_names_out(), _names(texts)
    titles = items.frame[tables.TITLE].tolist()
    out = []
    for item, title in enumerate(titles):
        row = slice(matrix.indptr[item], matrix.indptr[item + 1])
        order = matrix.indices[row][np.lexsort((matrix.indices[row], -matrix.data[row]))]
        spoken = str(title).lower()
        found = [str(words[k]) for k in order if words[k] not in names and words[k] not in spoken]
        out.append(tuple(found[:n]) if len(found) >= (n if least is None else least) else ())
    return out


def _names(texts: list[str]) -> set[str]:
    """Words written with a capital at least as often as small."""
    small: Counter[str] = Counter()
    large: Counter[str] = Counter()
    for text in texts:
        for word in re.findall(WORD, text):
            (large if word[0].isupper() else small)[word.lower()] += 1
    return {word for word, count in large.items() if count >= small[word]}
