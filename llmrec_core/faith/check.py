"""A description against its evidence: every sentence gets a check and, where one fails, why."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from llmrec_core.describe.sentences import Check, Description, Sentence
from llmrec_core.evidence.facts import Evidence, FactKind
from llmrec_core.faith.habits import habits
from llmrec_core.faith.judging import (
    BESIDE,
    Verdict,
    contradicted,
    judged_maker,
    judged_name,
    judged_title,
    judged_value,
)
from llmrec_core.faith.known import Known
from llmrec_core.faith.lexicon import Lexicon, small
from llmrec_core.faith.mentions import Named, masked, mentions, names
from llmrec_core.faith.numerals import numerals
from llmrec_core.faith.stance import Clause, clauses, stance_at

_WORST = (Check.CONTRADICTED, Check.UNSUPPORTED, Check.SUPPORTED)
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ABOUT = re.compile(r"\b(?:about|deals?\s+with|themes?|topics?|involving|featuring)\b", re.I)
MOST_PROBLEMS = 2
"""Problems that are told of one sentence."""


def check(description: Description, evidence: Evidence, lexicon: Lexicon) -> Description:
    """The description with each sentence's `check` and `problem`; nothing else is changed.

    Sentences written by a person are compared too. Titles, kinds, makers, years, counts and
    names in a sentence must be in the evidence, on the side that the sentence takes.
    """
    known = Known.of(evidence, lexicon)
    latin = _names_are_capitalised(description.language)
    sentences = tuple(_checked(sentence, known, latin) for sentence in description.sentences)
    return replace(description, sentences=sentences)


def score(description: Description) -> float:
    """The share of checked sentences that are neither unsupported nor contradicted; nan for none.

    Sentences that are switched off do not count.
    """
    compared = [s.check for s in description.sentences if s.on and s.check]
    if not compared:
        return math.nan
    return sum(c not in (Check.UNSUPPORTED, Check.CONTRADICTED) for c in compared) / len(compared)


def _names_are_capitalised(language: str) -> bool:
    """Whether a capital tells a name; in German it tells any noun."""
    return not language.lower().startswith(("german", "deutsch", "luxemb"))


def _checked(sentence: Sentence, known: Known, capitals: bool) -> Sentence:
    verdicts = list(_verdicts(sentence, known, capitals))
    if not verdicts:
        return replace(sentence, check=Check.OPEN.value, problem="")
    worst = next(check for check in _WORST if any(v.check is check for v in verdicts))
    problems = dict.fromkeys(v.problem for v in verdicts if v.check is worst and v.problem)
    told = "; ".join(list(problems)[:MOST_PROBLEMS])
    return replace(sentence, check=worst.value, problem=told)


def _verdicts(sentence: Sentence, known: Known, capitals: bool) -> Iterator[Verdict]:
    text = sentence.text
    named = mentions(text, known.lexicon)
    # The words of a title say nothing of the taste: «Loved Never Let Me Go».
    bare = masked(text, [(n.start, n.end) for n in named if n.what != "category"])
    parts = clauses(bare, sentence.polarity)
    for one in named:
        verdict = _of_named(one, named, known, parts)
        if verdict is not None:
            yield verdict
    if capitals:
        others = names(text, named, latin_only=_CJK.search(text) is None)
        for one in others:
            verdict = judged_name(one, known)
            if verdict is not None:
                yield verdict
        named = [*named, *others]
    yield from numerals(text, named, known, parts)
    yield from habits(bare, known, parts)
    yield from _themes(bare, known, parts)


def _of_named(
    one: Named, named: list[Named], known: Known, parts: list[Clause]
) -> Verdict | None:
    stance = stance_at(parts, one.start)
    if one.what == "title":
        return judged_title(one, stance, known)
    if one.what == "maker":
        titles = frozenset(i for n in named if n.what == "title" for i in n.items)
        return judged_maker(one, stance, known, titles)
    if one.what == "category":
        beside = (
            n.items for n in named if n.what == "title"
            and (0 <= n.start - one.end <= BESIDE or 0 <= one.start - n.end <= BESIDE)
        )  # fmt: skip
        return judged_value(one, stance, known, frozenset(i for items in beside for i in items))
    return judged_name(one, known)


def _themes(text: str, known: Known, parts: list[Clause]) -> Iterator[Verdict]:
    """Theme words of the evidence where a text speaks of themes; against them is a contradiction.

    A word that is no theme of the evidence claims nothing: all words of a language may stand here.
    """
    start = _ABOUT.search(text)
    if start is None:
        return
    themes = {small(f.values[0]) for f in known.evidence.of(FactKind.THEME)}
    words = [(m.group().lower(), m.start()) for m in re.finditer(r"[^\W\d_]{3,}", text)]
    met = [(word, at) for word, at in words if word in themes or word.removesuffix("s") in themes]
    against = [word for word, at in met if stance_at(parts, at) < 0]
    if against and len(against) > 1:
        yield contradicted(f"speaks against «{against[0]}», but the evidence says it is liked")
    elif met and not against:
        yield Verdict(Check.SUPPORTED)
