"""Steering: whether lists follow when an analyst edits a description, and what that costs."""

from llmrec_core.steer.prepare import prepare
from llmrec_core.steer.swaps import Swaps, center_of, sample_swaps
from llmrec_core.steer.vocabulary import Vocabulary, vocabulary
from llmrec_core.steer.weights import Point, Steered, enough, tried

__all__ = [
    "Point", "Steered", "Swaps", "Vocabulary", "center_of", "enough", "prepare", "sample_swaps",
    "tried", "vocabulary",
]
