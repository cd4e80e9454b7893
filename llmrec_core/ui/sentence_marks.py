"""Who wrote a sentence, what kind it is, what its check found; and the same of a description."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import streamlit as st

from llmrec_core.describe import PERSON, TEMPLATE, Check, Description, Sentence
from llmrec_core.ui.text import count, plain

KINDS = {
    "likes_attribute": "kinds liked", "favourite_title": "favourites",
    "favourite_creator": "favourite makers", "theme": "themes",
    "dislikes_attribute": "kinds disliked", "rare_attribute": "kinds rarely chosen",
    "disliked_title": "disliked titles", "era": "period", "recent_change": "what changed lately",
    "recent_title": "latest", "rating_habit": "how they rate", "mainstream": "how well known",
    "activity": "how much is known", "nothing": "nothing known", "typed": "typed",
}
"""Kinds of sentences in words; a kind that is not here is shown as it is called."""

CHECKS = {
    Check.SUPPORTED: ("verified", "green", "borne out",
                      "All that it names is in the evidence that it was written from."),
    Check.OPEN: ("help", "gray", "open", "It names nothing that could be compared."),
    Check.UNSUPPORTED: ("report", "orange", "not borne out", ""),
    Check.CONTRADICTED: ("cancel", "red", "contradicted", ""),
}
"""Icon, colour, words and meaning of what a check may find."""


def author(name: str) -> str:
    """«the template», «a person», or the model's name."""
    return {TEMPLATE: "the template", PERSON: "a person"}.get(name, name)


def line(sentence: Sentence) -> str:
    """What kind of sentence it is, whose it is and whether it is borne out, as markdown."""
    kind = KINDS.get(sentence.kind, sentence.kind.replace("_", " "))
    icon = "person" if sentence.author == PERSON else "robot_2"
    parts = [plain(kind.capitalize(), 40)]
    if sentence.kind != "typed" or sentence.author != PERSON:
        parts.append(f":material/{icon}: by {plain(author(sentence.author), 60)}")
    if not sentence.check:
        # What the template says is counted, not claimed: that nobody compared it says nothing.
        parts += ["not compared with the evidence"] * (sentence.author != TEMPLATE)
        return " · ".join(parts)
    mark, colour, words, _ = CHECKS[Check(sentence.check)]
    told = f":{colour}[:material/{mark}: {words}]"
    if sentence.problem:
        told += f": {plain(sentence.problem, 200)}"
    return " · ".join([*parts, told])


def show_line(sentence: Sentence) -> None:
    """The marks of one sentence below its text."""
    meaning = CHECKS[Check(sentence.check)][3] if sentence.check else ""
    st.caption(line(sentence), help=meaning or plain(sentence.problem) or None)


def card(description: Description) -> str:
    """Who wrote a description, how, from how much, and how much of it is borne out."""
    words = f"Written by {plain(author(description.writer), 60)}"
    if description.scheme:
        words += f" as {plain(description.scheme, 30)}"
    if description.language:
        words += f" in {plain(description.language, 30)}"
    if description.read:
        words += f" from {count(len(description.read), 'interaction')}"
    if description.latest is not None:
        words += f", the latest of {_day(description.latest)}"
    words += "."
    checked = [s for s in description.sentences if s.check]
    share = _score(description)
    if checked and not math.isnan(share):
        words += (
            f" Of {count(len(checked), 'sentence')} compared with the evidence, "
            f"{share:.0%} stand."
        )
    return words


def show_card(description: Description) -> None:
    """The card as a caption, and a note where the template stands in for a model."""
    st.caption(card(description))
    if description.fallback:
        st.warning(
            f"The template stands in for the model here: {plain(description.fallback, 300)}",
            icon=":material/robot_2:",
        )


def _score(description: Description) -> float:
    from llmrec_core.faith import score

    return float(score(description))


def _day(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    except (OverflowError, OSError, ValueError):
        return "an unreadable date"
