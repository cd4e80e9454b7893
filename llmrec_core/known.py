"""How much is known of the person a list is for: rows, sentences, and which signals have a say."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from llmrec_core.blend import standardise

if TYPE_CHECKING:
    from llmrec_core.blend import Block
    from llmrec_core.profile import Profiles

_ALIKE = 1e-3
"""Standard deviations by which scores may differ and still be the same but for rounding."""


class Level(StrEnum):
    """In words; the bounds are those of `tune.groups`, where weights may change too."""

    NOTHING = "nothing"  # no row and no sentence that counts
    LITTLE = "little"  # a sentence, or up to 4 rows
    SOME = "some"  # up to 14 rows
    MUCH = "much"


@dataclass(frozen=True)
class Known:
    """What a list rests on.

    `fewer_than` is the share of the study's users with more rows; `speaking` the share of the
    weights, popularity aside, that belongs to signals which tell items apart for this person
    otherwise than for somebody of whom nothing is known (nan where no such signal has a weight).
    """

    level: str
    rows: int
    sentences: int
    fewer_than: float
    speaking: float

    def document(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    def sentence(self) -> str:
        """One or two sentences for beside a list."""
        told = f"{self.rows:,} {'row' if self.rows == 1 else 'rows'}"
        told += f" and {self.sentences:,} {'sentence' if self.sentences == 1 else 'sentences'}"
        words = f"{self.level.capitalize()} is known: {told} that count, "
        words += (
            "fewer rows than any user of the study has." if self.fewer_than == 1
            else f"and {self.fewer_than:.0%} of the users have more rows."
        )
        if np.isnan(self.speaking):
            return words + " No signal that looks at the person has a weight."
        return words + (
            f" {self.speaking:.0%} of the weights (popularity aside) are on signals that know "
            "something of them."
        )


def known_of(
    profile: Profiles, block: Block, weights: np.ndarray, lengths: np.ndarray, nobody: Block
) -> Known:
    """The gauge of one profile.

    Parameters
    ----------
    profile : one profile, the one that `block` was made for.
    weights : (signals,) in the order of `block.names`.
    lengths : (n_users,) rows of the study's users.
    nobody : the block of a profile without rows and sentences. What a signal says of that one
        (the means of items, a learned start) it does not know of the person.
    """
    rows = len(profile.item)
    sentences = int((profile.sentence_weight != 0).sum())
    personal = np.array([name != "popularity" for name in block.names])
    speaks = _speaks(block, nobody)
    mine = np.abs(weights.astype(np.float64)) * personal
    total = float(mine.sum())
    speaking = float(mine[speaks].sum()) / total if total else float("nan")
    return Known(
        _level(rows, sentences), rows, sentences, float((lengths > rows).mean()), speaking
    )


def _speaks(block: Block, nobody: Block) -> np.ndarray:
    """(signals,) bool: whether its scores are other than those of `nobody`, shifted or scaled."""
    allowed = np.ones((1, block.values.shape[1]), bool)
    allowed[0, block.excluded] = False
    raw = (nobody.values + nobody.rest) * nobody.sd[:, None] + nobody.mean[:, None]
    usual = standardise(raw, allowed)[0]
    mine = block.values.astype(np.float64) + block.rest
    apart = np.abs(mine - usual).max(axis=1, initial=0.0, where=allowed)
    return block.values.any(axis=1) & (apart > _ALIKE)


def _level(rows: int, sentences: int) -> str:
    if rows == 0 and sentences == 0:
        return Level.NOTHING.value
    if rows <= 4:
        return Level.LITTLE.value
    return Level.SOME.value if rows <= 14 else Level.MUCH.value
