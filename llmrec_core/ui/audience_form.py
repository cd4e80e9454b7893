"""Which users are meant by an edit of many: the controls, and the words for what they say."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from llmrec_core.atlas import Atlas
from llmrec_core.audience import ALIKE, Audience
from llmrec_core.recommender import Recommender
from llmrec_core.ui.text import count

MOST_VALUES = 500
"""Values of an attribute that are offered, the commonest."""


def choose(recommender: Recommender, atlas: Atlas | None, prefix: str) -> Audience:
    """Draw the filter; an empty one means everybody. Raises `InputError` for bounds that cross."""
    first, second = st.columns(2)
    names = first.text_input(
        "The description names", key=f"{prefix}:names", persist_state="session", max_chars=100,
        placeholder="a word or a phrase, such as: war",
        help="In a sentence that counts; whole words, upper or lower case.",
    )
    like = second.text_input(
        "It has a sentence like this", key=f"{prefix}:like", persist_state="session",
        max_chars=200, placeholder="such as: Loves slow stories about families.",
        help="In meaning, by the encoder: other words for the same count.",
    )
    likeness = ALIKE
    if like.strip():
        likeness = st.slider(
            "How alike", 0.2, 0.95, ALIKE, 0.05, key=f"{prefix}:likeness", persist_state="session",
            help="Cosine of the two sentences: 1 is the same.",
        )
    attribute, value = _liking(recommender, prefix)
    group = _group(atlas, prefix)
    left, right = st.columns(2)
    least = left.number_input(
        "Interactions, at least", 0, value=None, step=1, key=f"{prefix}:least", placeholder="any",
        persist_state="session",
    )
    most = right.number_input(
        "Interactions, at most", 0, value=None, step=1, key=f"{prefix}:most", placeholder="any",
        persist_state="session",
    )
    return Audience(
        names.strip(), like.strip(), float(likeness), attribute, value, group, int(least or 0),
        None if most is None else int(most),
    )


def _liking(recommender: Recommender, prefix: str) -> tuple[str, str]:
    """(attribute, value) that the users like; ("", "") for any."""
    items = recommender.tables.items
    left, right = st.columns(2)
    attribute = left.selectbox(
        "They like items whose", list(items.attributes), index=None, placeholder="any attribute",
        key=f"{prefix}:attribute", persist_state="session",
        format_func=lambda name: name.replace("_", " "),
        help="Somebody likes a value who likes at least three such items, and more than others do.",
    )
    if attribute is None:
        return "", ""
    found = Counter(str(value) for cell in items.frame[attribute] for value in cell)
    values = [name for name, _ in found.most_common(MOST_VALUES)]
    value = right.selectbox(
        "is", values, index=None, placeholder="choose a value",
        key=f"{prefix}:value:{attribute}", persist_state="session",
    )
    return (attribute, value) if value else ("", "")


def _group(atlas: Atlas | None, prefix: str) -> int:
    if atlas is None or not atlas.cluster_labels:
        return -1
    group = st.selectbox(
        "They are at home in the group of the map", range(len(atlas.cluster_labels)), index=None,
        placeholder="any group", key=f"{prefix}:group", persist_state="session",
        format_func=lambda number: atlas.cluster_labels[number],
        help="The group that most of the items they like are in.",
    )
    return -1 if group is None else int(group)


def in_words(audience: Audience, atlas: Atlas | None) -> str:
    """The filter in words, for the history of edits: «whose description names «war»»."""
    said = []
    if audience.names:
        said.append(f"whose description names «{audience.names}»")
    if audience.like:
        said.append(f"with a sentence like «{audience.like}» (at least {audience.likeness:.2f})")
    if audience.value:
        said.append(f"who like {audience.attribute} «{audience.value}»")
    if audience.group >= 0 and atlas is not None:
        said.append(f"at home in the group «{atlas.cluster_labels[audience.group]}»")
    if audience.least:
        said.append(f"with at least {count(audience.least, 'interaction')}")
    if audience.most is not None:
        said.append(f"with at most {count(audience.most, 'interaction')}")
    return "users " + ", ".join(said) if said else "all users"
