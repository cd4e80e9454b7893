"""The content words of the items' texts, as one more table of values."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.evidence.attributes import Role, ValueTable, make_table

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from llmrec_core.tables import Items

WORD = r"[^\W\d_]{4,}"
MIN_ITEMS = 4
"""A word in fewer items cannot recur in a taste."""
MAX_SHARE = 0.15
"""A word in more of the items says nothing about a taste."""
MAX_WORDS = 20_000
SAMPLE = 20_000
"""Texts looked at to tell names and nouns from the other words."""
MARKERS = frozenset(
    "a an the his her their its my your our this that these those of for with and or by from into "  # noqa: SIM905
    "some any no every another other two three young old new".split()
)
"""Words that nouns follow; verbs follow pronouns and «to» instead."""
PRIOR_ITEMS = 5.0
NOUN_SHARE = 0.28
"""The least share of a word's places that must look like a noun's."""
ENGLISH_SHARE = 0.08
"""With fewer recognised nouns the texts are taken to be in another language."""
VAGUE = 0.5
"""The share of the words that say least about an item's categories, which are left out."""
EMPTY = frozenset(
    "adaptation afternoon background book books case cast course details edge events fact film "  # noqa: SIM905
    "films hour idea kind location lots meaning moment movie movies novel number part place point "
    "product purpose request review scene series sets side situation story surface thing things "
    "title version week".split()
)
"""Nouns that any text may have, and what texts call the things they describe."""



def theme_table(
    items: Items, liked_per_item: np.ndarray, categories: list[ValueTable]
) -> ValueTable | None:
    """TF-IDF of the words of all text fields; None when the catalogue has no usable text.

    Names (words that are mostly written with a capital), adverbs, what does not look like a noun
    and words that occur in all `categories` alike are left out: a theme is what things are about,
    not who is in them or what they do. Plurals count as their singular.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [" ".join(parts) for parts in items.frame[list(items.text_fields)].to_numpy()]
    if sum(1 for text in texts if text.strip()) < 2 * MIN_ITEMS:
        return None
    vectorizer = TfidfVectorizer(
        token_pattern=WORD, stop_words="english", min_df=MIN_ITEMS, max_df=MAX_SHARE,
        max_features=MAX_WORDS, sublinear_tf=True, dtype=np.float32,
    )
    try:
        matrix = vectorizer.fit_transform(texts)
    except ValueError:  # no word is left
        return None
    words = [str(word) for word in vectorizer.get_feature_names_out()]
    wanted = content_words(words, texts)
    if not wanted:
        return None
    values, matrix = _singular(words, wanted, matrix)
    telling = _telling(matrix, categories)
    values, matrix = values[telling], matrix[:, telling].tocsr()
    return make_table("words", Role.CATEGORY, values, matrix, liked_per_item)


def content_words(words: list[str], texts: list[str]) -> set[str]:
    """The words that are no names and look like nouns; all but names where hardly any do.

    Nouns are told by the (English) words around them, so in a text of another language the
    second test would leave next to nothing and is not applied.
    """
    lower, capital, noun = surroundings(texts)
    common = {w for w in words if lower[w] >= capital[w] and w not in EMPTY}
    nouns = {
        w for w in common
        if noun[w] >= NOUN_SHARE * (lower[w] + capital[w]) and not w.endswith(("ly", "ed"))
    }
    return nouns if len(nouns) >= ENGLISH_SHARE * len(common) else common


def surroundings(texts: list[str]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """How often each word is written small, with a capital, and where a noun stands.

    A noun stands after a marker and before a small word or the end of a clause; before another
    content word stands an adjective.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    lower: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    noun: Counter[str] = Counter()
    for text in texts[:: max(1, len(texts) // SAMPLE)]:
        tokens = re.findall(r"[^\W\d_]+|[.,;:!?]", text)
        small = [token.lower() for token in tokens] + ["."]
        for at, token in enumerate(tokens):
            word = small[at]
            (lower if token == word else capital)[word] += 1
            before, after = small[at - 1] if at else "", small[at + 1]
            if before in MARKERS and (after in ".,;:!?" or after in ENGLISH_STOP_WORDS):
                noun[word] += 1
    return lower, capital, noun


def _telling(matrix: csr_matrix, categories: list[ValueTable]) -> np.ndarray:
    """(k,) the columns whose items differ most from the catalogue in their categories.

    For each word the divergence (nats, Bernoulli, summed over category values) of the values'
    shares among its items from those among all items; the lowest VAGUE share of words is left out.
    """
    from scipy.sparse import hstack

    if not categories:
        return np.arange(matrix.shape[1])
    held = hstack([table.matrix for table in categories]).tocsr()
    present = matrix.copy()
    present.data = np.ones_like(present.data)
    base = np.clip(np.asarray(held.mean(axis=0)).ravel(), 1e-4, 1 - 1e-4)
    met = (present.T @ held).toarray()
    count = np.asarray(present.sum(axis=0)).reshape(-1, 1)
    share = np.clip((met + PRIOR_ITEMS * base) / (count + PRIOR_ITEMS), 1e-4, 1 - 1e-4)
    divergence = share * np.log(share / base) + (1 - share) * np.log((1 - share) / (1 - base))
    order = np.argsort(divergence.sum(axis=1), kind="stable")
    return np.sort(order[int(VAGUE * len(order)) :])


def _singular(
    words: list[str], wanted: set[str], matrix: csr_matrix
) -> tuple[np.ndarray, csr_matrix]:
    """The wanted words with each plural's column added to its singular's."""
    from scipy.sparse import csr_matrix

    number: dict[str, int] = {}
    row, column = [], []
    for at, word in enumerate(words):
        base = next((b for b in bases(word) if b in wanted), word)
        if base in wanted:
            row.append(at)
            column.append(number.setdefault(base, len(number)))
    merge = csr_matrix(
        (np.ones(len(row), np.float32), (row, column)), shape=(len(words), len(number))
    )
    return np.array(list(number), dtype=object), (matrix @ merge).tocsr()


def bases(word: str) -> tuple[str, ...]:
    """What `word` may be the plural of."""
    if not word.endswith("s"):
        return ()
    return (word[:-1], word[:-2], word[:-3] + "y") if word.endswith("es") else (word[:-1],)
