"""What the command line answers, as plain documents; the shapes are part of the contract."""

from llmrec_core.headless.answers import explain, exposure, ledger_lines, recommend
from llmrec_core.headless.measuring import encoder_for, evaluate, evaluation_lines
from llmrec_core.headless.shared import check_length, named, weights_for, without_nan
from llmrec_core.headless.terminal import ProgressLine

__all__ = [
    "ProgressLine", "check_length", "encoder_for", "evaluate", "evaluation_lines", "explain",
    "exposure", "ledger_lines", "named", "recommend", "weights_for", "without_nan",
]
