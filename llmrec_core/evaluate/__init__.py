"""Every signal and the blend under one protocol: chosen on training rows, measured outside."""

from llmrec_core.evaluate.bench import BASELINE, Bench
from llmrec_core.evaluate.cold import ColdCurve
from llmrec_core.evaluate.control import Control
from llmrec_core.evaluate.data import Data, Progress
from llmrec_core.evaluate.faithful import Faithful
from llmrec_core.evaluate.liking import Likes
from llmrec_core.evaluate.matches import Matches
from llmrec_core.evaluate.new_items import NewItems
from llmrec_core.evaluate.reruns import Reruns
from llmrec_core.evaluate.result import Result
from llmrec_core.evaluate.run import Extra, evaluate
from llmrec_core.evaluate.study_texts import StudyTexts
from llmrec_core.evaluate.writers import Writers, writers_from

__all__ = [
    "BASELINE", "Bench", "ColdCurve", "Control", "Data", "Extra", "Faithful", "Likes",
    "Matches", "NewItems", "Progress", "Reruns", "Result", "StudyTexts", "Writers", "evaluate",
    "writers_from",
]
