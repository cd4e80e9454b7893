"""Concepts: named directions that a match between a user and an item can be weighed along."""

from llmrec_core.concepts.alpha import Fitted, fit_alpha, worth
from llmrec_core.concepts.basis import Concepts, concepts_of, concepts_on
from llmrec_core.concepts.overlap import Checked, Overlap, checked, overlaps, phrases_of
from llmrec_core.concepts.places import Crowd, crowd, places
from llmrec_core.concepts.propose import propose
from llmrec_core.concepts.side import with_concepts
from llmrec_core.concepts.spread import Spread, spread_of
from llmrec_core.concepts.weighing import Explained, Weighing

__all__ = [
    "Checked", "Concepts", "Crowd", "Explained", "Fitted", "Overlap", "Spread", "Weighing",
    "checked", "concepts_of", "concepts_on", "crowd", "fit_alpha", "overlaps", "phrases_of",
    "places", "propose", "spread_of", "with_concepts", "worth",
]
