"""Accuracy against the long tail over the weights, on validation rows of the training rows."""

from llmrec_core.landscape.known import ACCURATE, with_names
from llmrec_core.landscape.planes import Plane, Shape, check_axes, largest, plane, within
from llmrec_core.landscape.points import Gap, Points, measured
from llmrec_core.landscape.recipe import LandscapeRecipe
from llmrec_core.landscape.scores import Scores, rows_of
from llmrec_core.landscape.stored import About, about, key_of, load, measure_landscape, newest

__all__ = [
    "ACCURATE", "About", "Gap", "LandscapeRecipe", "Plane", "Points", "Scores", "Shape", "about",
    "check_axes", "key_of", "largest", "load", "measure_landscape", "measured", "newest", "plane",
    "rows_of", "with_names", "within",
]
