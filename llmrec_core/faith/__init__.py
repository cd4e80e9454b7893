"""Can what was written be believed? Claims against evidence, and data that gives no orders."""

from llmrec_core.faith.check import check, score
from llmrec_core.faith.lexicon import Lexicon
from llmrec_core.faith.vetting import vetted

__all__ = ["Lexicon", "check", "score", "vetted"]
