"""A reason in words: one or two sentences from the top parts of one item's ledger."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from llmrec_core.describe.sentences import TEMPLATE, Check
from llmrec_core.reasons import template
from llmrec_core.reasons.parts import Feeling, Part, Weighed, weigh

if TYPE_CHECKING:
    from llmrec_core.explain import Entry
    from llmrec_core.faith import Lexicon
    from llmrec_core.writing.desk import Desk
    from llmrec_core.writing.settings import Writing


@dataclass(frozen=True)
class Reason:
    """Why an item, in words, and the parts that the words are about.

    `parts` are those named, the reasons for it first; `share` is what those for it carry of all
    that speaks for it, nan where nothing does. `writer` is the template or a model's name; `check`
    and `problem` what the comparison of the words with the parts found; `fallback` why the
    template stands in for a model that was asked.
    """

    text: str
    parts: tuple[Part, ...]
    share: float
    writer: str = TEMPLATE
    check: str = Check.SUPPORTED.value
    problem: str = ""
    fallback: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values; the command line's contract."""
        return {
            "text": self.text, "writer": self.writer, "check": self.check, "share": self.share,
            "parts": [part.to_json() for part in self.parts],
            "problem": self.problem, "fallback": self.fallback,
        }


def reason(
    entries: Sequence[Entry], item_title: str, *, past: Mapping[int, Feeling] | None = None,
    writing: Writing | None = None, desk: Desk | None = None, lexicon: Lexicon | None = None,
) -> Reason:
    """One or two sentences for one item: the template's, or with a `desk` those of its model.

    Parameters
    ----------
    entries : the item's ledger.
    item_title : the title of the item that they explain.
    past : what each past item (by number) was to the user, see `feelings`; without it they were
        just chosen.
    writing, desk : who writes and in which language. Words of the model that say what the parts
        do not, and failures of the model, give the template's sentences with `fallback`.
    lexicon : the catalogue's names, so that the check knows one when the model names it.
    """
    weighed = weigh(entries, past)
    if writing is None or desk is None or not weighed.named():
        return by_template(weighed, item_title)
    from llmrec_core.llm.asking import ask
    from llmrec_core.llm.base import ModelError
    from llmrec_core.reasons.answer import reason_of
    from llmrec_core.reasons.request import Question

    question = Question(weighed, item_title, writing.language, lexicon)
    ((_, answer),) = ask(desk.model, [question.request()], desk.answers, desk.limits)
    if isinstance(answer, ModelError):
        return replace(by_template(weighed, item_title), fallback=str(answer))
    return reason_of(answer, question, desk.model.name)


def stream_reason(
    entries: Sequence[Entry], item_title: str, *, past: Mapping[int, Feeling] | None = None,
    writing: Writing, desk: Desk, lexicon: Lexicon | None = None,
) -> Generator[str, None, Reason]:
    """The model's words as they come, unchecked; the generator returns the checked reason.

    What is shown meanwhile is the model's own: where the check refuses it the template's sentences
    are returned. A failure is a fallback too; nothing is raised. Parameters as in `reason`.
    """
    from llmrec_core.llm.asking import ask_streaming
    from llmrec_core.llm.base import Answer, ModelError
    from llmrec_core.reasons.answer import reason_of
    from llmrec_core.reasons.request import Question

    weighed = weigh(entries, past)
    if not weighed.named():
        return by_template(weighed, item_title)
    question, words = Question(weighed, item_title, writing.language, lexicon), ""
    request = question.request()
    try:
        for piece in ask_streaming(desk.model, request, desk.answers, desk.limits):
            words += piece
            yield piece
    except ModelError as error:
        return replace(by_template(weighed, item_title), fallback=str(error))
    key = request.key(desk.model.key)
    kept = desk.answers.known([key]) if desk.answers is not None else {}
    return reason_of(kept.get(key, Answer(words)), question, desk.model.name)


def by_template(weighed: Weighed, item_title: str) -> Reason:
    """The same from parts that were weighed before."""
    named, worst = weighed.named(), weighed.against()
    share = math.fsum(part.share for part in named) if named else math.nan
    return Reason(
        template.write(weighed, item_title), (*named, *([worst] if worst else [])), share
    )
