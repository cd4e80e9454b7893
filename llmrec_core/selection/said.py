"""What the descriptions of some users say that those of others do not: phrases and their shares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from llmrec_core.describe.grammar import shown_title

if TYPE_CHECKING:
    import pandas as pd
    from scipy.sparse import csc_matrix

    from llmrec_core.describe import Description

MOST_WORDS = 4
"""Words in a phrase at most; the title of an item is one phrase however long it is."""
LEAST_USERS, LEAST_SHARE = 2, 0.1
"""A phrase that fewer of the group share says nothing of the group."""
_SAME = 0.8
"""Two phrases whose users overlap so far (Jaccard) are one thing said twice."""
_SHORT = 3
"""Letters below which a word alone says nothing, where there are small and capital letters."""
_INITIAL = re.compile(r"[^\W\d_]\.")
_TOKEN = re.compile(r"[^\W\d_]\.(?= )|\w(?:[\w'’\-&/]*\w)?|[^\w\s]")
COLUMNS = ("about", "phrase", "users", "share", "share_all", "lift", "example")
ABOUT = {1: "likes", -1: "dislikes"}


@dataclass(frozen=True)
class Phrases:
    """Who is said to like or dislike what: `matrix` (k, phrases) for the `users` (k,) numbers.

    It holds 0, or 1 + the number of the user's first sentence that says it. `known` holds
    (polarity, phrase as it is first written) of every column; `texts` the sentences of every one
    of the users.
    """

    users: np.ndarray
    matrix: csc_matrix
    known: tuple[tuple[int, str], ...]
    texts: tuple[tuple[tuple[int, str], ...], ...]

    @classmethod
    def of(
        cls, descriptions: Sequence[Description], titles: Sequence[str] = (),
        users: np.ndarray | None = None,
    ) -> Phrases:
        """The phrases in the sentences that count, of all users or of the numbers `users`.

        `descriptions` are everybody's by user number, `titles` the items'. Phrases of a single
        user are left out: nothing about them is shared.
        """
        from scipy.sparse import csc_matrix

        numbered = np.arange(len(descriptions)) if users is None else np.unique(users)
        texts = tuple(
            tuple((s.polarity, s.text) for s in one.sentences if s.on and s.polarity)
            for one in (descriptions[int(user)] for user in numbered)
        )
        names = names_of(titles)
        numbers: dict[tuple[int, str], int] = {}
        written: list[tuple[int, str]] = []
        rows, columns, sentence = [], [], []
        for row, sentences in enumerate(texts):
            for key, (phrase, number) in _first_said(sentences, names).items():
                if key not in numbers:
                    numbers[key] = len(written)
                    written.append((key[0], phrase))
                rows.append(row)
                columns.append(numbers[key])
                sentence.append(number + 1)
        said = np.array(sentence, np.int32)
        matrix = csc_matrix((said, (rows, columns)), shape=(len(texts), len(written)))
        kept = np.flatnonzero(np.diff(matrix.indptr) >= LEAST_USERS)
        return cls(numbered, matrix[:, kept], tuple(written[k] for k in kept), texts)


Names = Mapping[str, Sequence[tuple[str, ...]]]
"""First word -> the titles that begin with it, as words and marks, the longest first."""


def _first_said(
    sentences: Sequence[tuple[int, str]], names: Names
) -> dict[tuple[int, str], tuple[str, int]]:
    """(polarity, folded phrase) -> how it is first written, and the number of that sentence."""
    out: dict[tuple[int, str], tuple[str, int]] = {}
    for number, (polarity, text) in enumerate(sentences):
        for phrase in phrases_in(text, names):
            out.setdefault((polarity, phrase.casefold()), (phrase, number))
    return out


def names_of(titles: Sequence[str]) -> Names:
    """The titles as `phrases_in` looks for them: as they are stored and as texts write them."""
    out: dict[str, list[tuple[str, ...]]] = {}
    written = {form for title in titles for form in (title, shown_title(title))}
    for words in {tuple(_TOKEN.findall(title)) for title in written}:
        if words:
            out.setdefault(words[0], []).append(words)
    return {first: sorted(found, key=len, reverse=True) for first, found in out.items()}


def phrases_in(text: str, names: Names | None = None) -> Iterator[str]:
    """Titles, and runs of up to four words that neither begin nor end in a stop word.

    A run does not reach over a title or a mark of whatever script: they divide what is listed.
    """
    found = list(_TOKEN.finditer(text))
    tokens = [match.group() for match in found]
    clause: list[str] = []
    at = 0
    while at < len(tokens):
        length = _title_at(tokens, at, names or {})
        if length or not tokens[at][0].isalnum():
            yield from _runs(clause)
            clause = []
        else:
            clause.append(tokens[at])
        if length:
            yield text[found[at].start() : found[at + length - 1].end()]
        at += length or 1
    yield from _runs(clause)


def _title_at(tokens: Sequence[str], at: int, names: Names) -> int:
    """How many words and marks the longest title has that begins at `at`; 0 without one."""
    for words in names.get(tokens[at], ()):
        if tuple(tokens[at : at + len(words)]) == words:
            return len(words)
    return 0


def _runs(words: Sequence[str]) -> Iterator[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    stop = [word.casefold() in ENGLISH_STOP_WORDS for word in words]
    for first in range(len(words)):
        for last in range(first, min(first + MOST_WORDS, len(words))):
            run = words[first : last + 1]
            # A number that stands first is the year of a title, or of a list of years.
            if not stop[first] and not stop[last] and not run[0].isdecimal() and _says(run):
                yield " ".join(run)


def _says(run: Sequence[str]) -> bool:
    """Whether a run is more than an initial or a particle, and no name cut off at an initial."""
    if _INITIAL.fullmatch(run[-1]):
        return False
    return len(run) > 1 or len(run[0]) >= _SHORT or run[0].lower() == run[0].upper()


def shared_phrases(
    phrases: Phrases, users: Sequence[int] | np.ndarray, *,
    everybody: np.ndarray | None = None, most: int = 50,
) -> pd.DataFrame:
    """What is said of the `users` (numbers) more than of everybody, the most telling first.

    Everybody are all users of `phrases`, or the numbers `everybody` among them. Users that
    `phrases` does not hold count for nothing.

    Columns `about` («likes», «dislikes»), `phrase`, `users` (how many of them), `share` (of them),
    `share_all` (of everybody), `lift` (the ratio) and `example`, a sentence of one of them. Order
    is by share x log(share / share_all): class-based TF-IDF (Grootendorst 2022) with users counted
    for words. Of phrases that nearly the same users have, or that hold each other, the first one
    stands.
    """
    import pandas as pd

    rows = np.flatnonzero(np.isin(phrases.users, np.asarray(users, np.int64)))
    them = phrases.matrix.tocsr()
    mine = them[rows].tocsc()
    all_rows = slice(None) if everybody is None else np.isin(phrases.users, everybody)
    others = them[all_rows].tocsc()
    n, total = max(1, len(rows)), max(1, others.shape[0])
    count = np.diff(mine.indptr)
    share, usual = count / n, np.diff(others.indptr) / total
    least = max(min(LEAST_USERS, len(rows)), LEAST_SHARE * n)
    found = np.flatnonzero((count >= least) & (share > usual) & (usual > 0))
    score = share[found] * np.log(share[found] / usual[found])
    # Of equal ones the longer phrase says more: «slow burning» before «slow».
    words = np.array([len(phrases.known[k][1]) for k in found], np.int64)
    order = found[np.lexsort((-words, -score.round(9)))]
    found_rows = [
        (ABOUT[phrases.known[k][0]], phrases.known[k][1], int(count[k]), share[k], usual[k],
         share[k] / usual[k], _example(phrases, rows, mine, k))
        for k in _apart(mine, phrases.known, order, most)
    ]  # fmt: skip
    return pd.DataFrame(found_rows, columns=list(COLUMNS))


def _apart(
    mine: csc_matrix, known: Sequence[tuple[int, str]], order: np.ndarray, most: int
) -> list[int]:
    """The columns in `order` that are not an earlier one in other words."""
    kept: list[int] = []
    users: list[set[int]] = []
    for k in order:
        these = set(mine.indices[mine.indptr[k] : mine.indptr[k + 1]].tolist())
        if any(_same(these, other, known[k], known[j])
               for other, j in zip(users, kept, strict=True)):  # fmt: skip
            continue
        kept.append(int(k))
        users.append(these)
        if len(kept) == most:
            break
    return kept


def _same(
    these: set[int], others: set[int], one: tuple[int, str], other: tuple[int, str]
) -> bool:
    """Whether two phrases are a part of each other, or said of nearly the same users."""
    if one[0] != other[0]:
        return False
    words, more = f" {one[1].casefold()} ", f" {other[1].casefold()} "
    return words in more or more in words or len(these & others) > _SAME * len(these | others)


def _example(phrases: Phrases, rows: np.ndarray, mine: csc_matrix, column: int) -> str:
    first = mine.indptr[column]
    return phrases.texts[rows[mine.indices[first]]][mine.data[first] - 1][1]
