"""What the command line answers, as plain documents; the shapes are part of the contract."""

from llmrec_core.headless.answers import explain, exposure, ledger_lines, recommend
from llmrec_core.headless.concept import concept_lines, concepts
from llmrec_core.headless.faithful import faithful_document, faithful_lines
from llmrec_core.headless.measuring import encoder_for, evaluate, evaluation_lines
from llmrec_core.headless.planes import landscape, landscape_lines
from llmrec_core.headless.shared import check_length, named, weights_for, without_nan
from llmrec_core.headless.terminal import ProgressLine
from llmrec_core.headless.why_not import whynot, whynot_lines
from llmrec_core.headless.words import FEW_PAST, MOST_PAST, word_document, word_lines

__all__ = [
    "FEW_PAST", "MOST_PAST", "ProgressLine", "check_length", "concept_lines", "concepts",
    "encoder_for", "evaluate", "evaluation_lines", "explain", "exposure",
    "faithful_document", "faithful_lines", "landscape", "landscape_lines", "ledger_lines", "named",
    "recommend", "weights_for", "whynot", "whynot_lines", "without_nan", "word_document",
    "word_lines",
]
