"""What groups of items are about: names from their own texts and kinds, by class-based TF-IDF."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from llmrec_core.tables import Items

LABELS = 2
"""Changes with the way groups are named: 1 were the attribute values of highest lift."""
TELLING, LEAST = 2.0, 1.3
"""How much more often a term must be met in the group than outside: terms that are met twice as
often come first, others only where these are too few."""
SHARE, FEWEST = 0.08, 2
"""A term belongs to a group where so many of its items, and so few at least, have it: a rare word
or somebody's name is no name for a group."""
COMMON = 0.25
"""A sign that so many items of every group have is grammar."""
MOST_READ = 20_000
"""Items that are read; more are sampled evenly in every group."""
_MOST_TERMS = 30_000
_WORD = r"[^\W\d_]{3,}"
_SIGNS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
"""Scripts that are written without spaces: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""
_UNSPACED = 0.3
"""From this share of such letters on, terms are runs of two to four signs."""
_CAPITAL = 0.65
"""Where fewer of the frequent words are mostly written small, capitals do not tell names (as in
German, where every noun has one)."""


def text_labels(
    numbers: np.ndarray, texts: Sequence[str], n: int = 3,
    kinds: Sequence[Sequence[str]] | None = None, *, seed: int = 0,
) -> list[str]:
    """A short name for each group, «space, alien, ship»; no two are equal.

    `numbers` (rows,) is each item's group, `texts` its words and `kinds` the attribute values that
    sort it. A group of which nothing can be said is «Group 3».
    """
    return names_of(group_terms(numbers, texts, kinds, seed=seed), n)


def group_terms(
    numbers: np.ndarray, texts: Sequence[str], kinds: Sequence[Sequence[str]] | None = None,
    *, most: int = 12, seed: int = 0,
) -> list[list[str]]:
    """The terms that tell each group from the others, best first.

    By class-based TF-IDF, tf x log(1 + A / f): tf the square root of the term's share of the
    group's items, f the items that have it, A the mean number of terms of a group (Grootendorst
    2022, arXiv:2203.05794, section 3.3; a long text counts once, and the root keeps common words
    back). Plurals count as their singular, names and words of grammar do not count.
    """
    groups = int(numbers.max(initial=-1)) + 1
    read = _sampled(numbers, seed)
    words, values = _words([texts[row] for row in read], numbers[read])
    if kinds is not None:
        more, column = _kinds([kinds[row] for row in read])
        words, values = [*words, *more], _beside(values, column)
    if not words:
        return [[] for _ in range(groups)]
    scores = _scores(numbers[read], values, groups)
    return [[words[t] for t in np.argsort(-row, kind="stable")[:most] if row[t] > 0]
            for row in scores]  # fmt: skip


def names_of(terms: Sequence[Sequence[str]], n: int = 3) -> list[str]:
    """Names from the best terms of each group; an equal name takes one term more, or a number."""
    out: list[str] = []
    for number, found in enumerate(terms):
        chosen = _distinct(found)
        length = n
        name = ", ".join(chosen[:length])
        while name in out and length < len(chosen):
            length += 1
            name = ", ".join([*chosen[: n - 1], chosen[length - 1]])
        if not name or name in out:
            name = f"{name} ({number + 1})" if name else f"Group {number + 1}"
        out.append(name)
    return out


def named_groups(items: Items, arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The names of the groups of a picture, and which way they were found, for its card."""
    labels = item_labels(items, arrays["item_cluster"], arrays["item_xy"])
    return {"cluster_labels": labels, "labels": LABELS}


def item_labels(items: Items, numbers: np.ndarray, item_xy: np.ndarray) -> list[str]:
    """`text_labels` of the groups `numbers` (n_items,) of those items that have a place (n_items,
    2); a group without any is «Group 3»."""
    rows = np.flatnonzero(np.isfinite(item_xy).all(axis=1))
    texts, kinds = read_items(items)
    names = text_labels(numbers[rows], [texts[r] for r in rows], kinds=[kinds[r] for r in rows])
    groups = int(numbers.max(initial=-1)) + 1
    return [*names, *(f"Group {number + 1}" for number in range(len(names), groups))]


def read_items(items: Items) -> tuple[list[str], list[list[str]]]:
    """(texts, kinds) of every item, as `text_labels` takes them.

    The text is all text fields and the title in small letters: there everything has a capital.
    Kinds are the values of attributes that sort the catalogue, not names of people or years.
    """
    from llmrec_core import tables
    from llmrec_core.evidence.attributes import Role, role_of
    from llmrec_core.steer.vocabulary import MOST_KINDS

    frame = items.frame
    titles = [str(title).lower() for title in frame[tables.TITLE]]
    columns = [list(map(str, frame[name])) for name in items.text_fields]
    texts = [" \n".join(parts) for parts in zip(titles, *columns, strict=True)]
    kinds: list[list[str]] = [[] for _ in texts]
    for name in items.attributes:
        cells = [[str(value) for value in cell] for cell in frame[name]]
        different = {value for cell in cells for value in cell}
        if role_of(name, cells) is Role.CATEGORY and len(different) <= MOST_KINDS:
            kinds = [[*have, *cell] for have, cell in zip(kinds, cells, strict=True)]
    return texts, kinds


def _sampled(numbers: np.ndarray, seed: int) -> np.ndarray:
    """(rows,) of the items that are read, the same share of every group."""
    if len(numbers) <= MOST_READ:
        return np.arange(len(numbers))
    order = np.lexsort((np.random.default_rng(seed).random(len(numbers)), numbers))
    picked = np.linspace(0, len(order) - 1, MOST_READ).round().astype(np.int64)
    return np.sort(order[picked])


def _scores(numbers: np.ndarray, values: csr_matrix, groups: int) -> np.ndarray:
    """(groups, terms): class-based TF-IDF; 0 for a term that is too rare or too common there."""
    from scipy.sparse import csr_matrix

    total = len(numbers)
    of = csr_matrix((np.ones(total, np.float32), (numbers, np.arange(total))), (groups, total))
    met = np.asarray((of @ values).todense(), np.float64)  # items of the group that have the term
    size = np.maximum(np.bincount(numbers, minlength=groups), 1)[:, None]
    f = met.sum(axis=0)
    share, outside = met / size, (f - met) / np.maximum(total - size, 1)
    lift = share / np.maximum(outside, 1 / (2 * total))  # never met outside is not infinitely rare
    score = np.sqrt(share) * np.log1p(f.sum() / groups / np.maximum(f, 1))
    counts = (met >= np.maximum(FEWEST, SHARE * size)) & (lift >= (LEAST if groups > 1 else 0))
    return np.where(counts, score + np.where(lift >= TELLING, 10 * score.max(initial=1.0), 0), 0)


def _words(texts: Sequence[str], numbers: np.ndarray) -> tuple[list[str], csr_matrix]:
    """Terms of the texts and who has them, (texts, terms) 0 or 1: words, or runs of signs."""
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import CountVectorizer

    unspaced = _without_spaces(texts)
    usual: dict[str, Any] = {"binary": True, "min_df": FEWEST, "max_features": _MOST_TERMS,
                             "dtype": np.float32}  # fmt: skip
    if unspaced:
        grammar = _grammar(texts, numbers)
        vectorizer = CountVectorizer(analyzer=lambda text: _runs(text, grammar), **usual)
    else:
        vectorizer = CountVectorizer(token_pattern=_WORD, stop_words="english", **usual)
    try:
        matrix = vectorizer.fit_transform(texts)
    except ValueError:  # no word is left
        return [], csr_matrix((len(texts), 0), dtype=np.float32)
    found = [str(word) for word in vectorizer.get_feature_names_out()]
    return (found, matrix) if unspaced else _singular(found, matrix, texts)


def _singular(
    words: list[str], matrix: csr_matrix, texts: Sequence[str]
) -> tuple[list[str], csr_matrix]:
    """The words that are no names, each plural's column added to its singular's."""
    from scipy.sparse import csr_matrix

    from llmrec_core.evidence.words import bases, content_words, surroundings

    lower, capital, _ = surroundings(list(texts))
    small = sum(lower[word] >= capital[word] for word in words)
    wanted = content_words(words, list(texts)) if small >= _CAPITAL * len(words) else set(words)
    number: dict[str, int] = {}
    pairs = []
    for at, word in enumerate(words):
        base = next((b for b in bases(word) if b in wanted), word)
        if base in wanted:
            pairs.append((at, number.setdefault(base, len(number))))
    row, column = zip(*pairs, strict=True) if pairs else ((), ())
    merge = csr_matrix((np.ones(len(row), np.float32), (row, column)), (len(words), len(number)))
    return list(number), (matrix @ merge).minimum(1).tocsr()


def _kinds(cells: Sequence[Sequence[str]]) -> tuple[list[str], csr_matrix]:
    """The values of multi-valued cells and who has them, (rows, values) 0 or 1."""
    from scipy.sparse import csr_matrix

    number: dict[str, int] = {}
    pairs = [
        (row, number.setdefault(value, len(number)))
        for row, cell in enumerate(cells) for value in sorted(set(map(str, cell)))
        if any(sign.isalpha() for sign in value)
    ]
    row, column = zip(*pairs, strict=True) if pairs else ((), ())
    ones = np.ones(len(row), np.float32)
    return list(number), csr_matrix((ones, (row, column)), (len(cells), len(number)))


def _beside(left: csr_matrix, right: csr_matrix) -> csr_matrix:
    from scipy.sparse import hstack

    return hstack([left, right]).tocsr()


def _distinct(terms: Sequence[str]) -> list[str]:
    """The terms, best first, without those that a better one holds, or that only lengthen one."""
    out: list[str] = []
    for term in terms:
        low = term.casefold()
        # «Science fiction» says more than «Science»; a longer run of signs hardly does.
        again = any(low in known or (known in low and " " not in low) for known in out)
        if not again:
            out.append(low)
    told = {term.casefold(): term for term in reversed(terms)}
    return [told[low] for low in out]


def _without_spaces(texts: Sequence[str]) -> bool:
    """Whether the texts are written in a script without spaces."""
    sample = "".join(texts[:: max(1, len(texts) // 500)])
    letters = sum(sign.isalpha() for sign in sample)
    return len(re.findall(f"[{_SIGNS}]", sample)) > _UNSPACED * max(letters, 1)


def _grammar(texts: Sequence[str], numbers: np.ndarray) -> frozenset[str]:
    """Signs that many items of every group have, so that they say nothing of one: particles."""
    counts: list[Counter[str]] = [Counter() for _ in range(int(numbers.max(initial=-1)) + 1)]
    for text, number in zip(texts, numbers, strict=True):
        counts[number].update(set(text))
    size = np.bincount(numbers)
    held = [(count, n) for count, n in zip(counts, size, strict=True) if n]
    if len(held) < 2:
        return frozenset()
    first, _ = held[0]
    return frozenset(s for s in first if all(count[s] >= COMMON * n for count, n in held))


def _runs(text: str, grammar: frozenset[str]) -> list[str]:
    """Runs of two to four signs that hold none of `grammar`."""
    out = []
    for part in re.findall(f"[{_SIGNS}]+", text):
        for length in (2, 3, 4):
            runs = (part[at : at + length] for at in range(len(part) - length + 1))
            out += [run for run in runs if not grammar.intersection(run)]
    return out
