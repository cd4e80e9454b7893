"""Concepts: named directions that a match between a user and an item can be weighed along."""

from llmrec_core.concepts.alpha import Fitted, fit_alpha
from llmrec_core.concepts.basis import Concepts, concepts_of, concepts_on
from llmrec_core.concepts.matching import matched, shares
from llmrec_core.concepts.propose import propose
from llmrec_core.concepts.side import with_concepts

__all__ = [
    "Concepts", "Fitted", "concepts_of", "concepts_on", "fit_alpha", "matched", "propose",
    "shares", "with_concepts",
]
