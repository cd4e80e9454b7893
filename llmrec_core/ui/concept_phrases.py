"""The phrases of the concepts page: written, proposed, checked for overlap, kept by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core.concepts import kept
from llmrec_core.concepts.kept import ConceptSet
from llmrec_core.concepts.overlap import ALIKE, LONGEST, MOST
from llmrec_core.errors import InputError, StudioError
from llmrec_core.ui import cached_concepts, concept_state, state
from llmrec_core.ui.text import count, inert, plain

if TYPE_CHECKING:
    from llmrec_core.concepts import Checked
    from llmrec_core.recommender import Recommender

_NAME, _LOAD = "concepts_name", "concepts_load"
TOO_FEW = (
    "Concepts need at least two phrases that say different things. Write one a line, such as "
    "«slow films» and «stories about robots», or add what the catalogue offers."
)


def current(recommender: Recommender) -> Checked | None:
    """The phrases on the screen as concepts; None with a sentence where there are too few."""
    try:
        phrases = concept_state.phrases(recommender)
        if len(phrases) >= 2:
            found = cached_concepts.concepts_of(recommender, phrases)
            if len(found.concepts) >= 2:
                return found
    except StudioError as error:
        st.error(plain(error), icon=":material/error:")
        return None
    st.info(TOO_FEW, icon=":material/edit_note:")
    return None


def editor(recommender: Recommender, found: Checked | None) -> None:
    """The text box with its buttons, and what the check of the phrases says."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        _write(recommender)
    with right:
        if found is not None:
            _verdict(found)


def _write(recommender: Recommender) -> None:
    st.text_area(
        "Phrases, one a line", key=concept_state.text_key(recommender), height=430,
        persist_state="session", on_change=concept_state.remember, args=(recommender,),
        help=f"Kinds, moods, themes, times: what can be liked. Each is read as «Likes PHRASE.» by "
        f"the study's encoder. At most {MOST} phrases of {LONGEST} characters. What stands here "
        "is kept, also over a reload.",
    )
    with st.container(horizontal=True):
        st.button(
            "Add the catalogue's", key="concepts_propose", icon=":material/category:",
            on_click=_add, args=(recommender, False),
            help="Kinds, decades and themes of the items, below what is written already.",
        )
        st.button(
            "Add what descriptions say", key="concepts_said", icon=":material/format_quote:",
            on_click=_add, args=(recommender, True),
            help="Words that many users' descriptions have, whose readers differ from others in "
            "what they take, and that the catalogue's phrases do not name.",
        )
        with st.popover("Kept concepts", icon=":material/bookmark:", key="concepts_popover"):
            _kept(recommender)


def _add(recommender: Recommender, from_descriptions: bool) -> None:
    """Put proposals below the phrases; nothing that was written goes."""
    with state.telling():
        offer = cached_concepts.said if from_descriptions else cached_concepts.proposed
        key = concept_state.text_key(recommender)
        before = str(st.session_state.get(key) or "").rstrip()
        known = {line.strip().casefold() for line in before.splitlines()}
        offered = offer(recommender)
        new = [phrase for phrase in offered if phrase.casefold() not in known]
        st.session_state[key] = "\n".join([*filter(None, [before]), *new])
        concept_state.remember(recommender)
        if new:
            state.tell(f"{count(len(new), 'phrase')} added.")
        elif offered:
            state.tell("There is nothing to add: all that is offered is written already.")
        else:
            where = "descriptions say nothing that tells users apart" if from_descriptions \
                else "the items have no kinds, years or texts to take them from"
            raise InputError(f"There are no phrases to add: {where}. Write your own, one a line.")


def _kept(recommender: Recommender) -> None:
    names = kept.names(recommender.study.journal)
    if names:
        st.selectbox(
            "Load", names, index=None, key=_LOAD, placeholder="Choose a name",
            on_change=_load, args=(recommender,),
            help="Puts these phrases and weights on the screen. What is there now goes: keep it "
            "under a name first.",
        )
    else:
        st.caption("No concepts are kept in this study yet.")
    st.text_input(
        "Keep what is on the screen as", key=_NAME, max_chars=60, persist_state="session",
        placeholder="for example: moods",
        help="Phrases, their weights and the signal. The command line takes this name too: "
        "llmrec concepts STUDY --phrases NAME.",
    )
    st.button(
        "Keep concepts", key="concepts_keep", icon=":material/bookmark_add:", on_click=_keep,
        args=(recommender,),
    )


def _load(recommender: Recommender) -> None:
    name = st.session_state.get(_LOAD)
    if not name:
        return
    with state.telling():
        concept_state.show(recommender, kept.load(recommender.study.journal, name))
        concept_state.remember(recommender)
    st.session_state[_LOAD] = None


def _keep(recommender: Recommender) -> None:
    name = str(st.session_state.get(_NAME) or "").strip()
    with state.telling(f"The concepts are kept as {name}."):
        phrases = concept_state.phrases(recommender)
        weights = concept_state.alphas(recommender, phrases)
        alpha = dict(zip(phrases, map(float, weights.round(4)), strict=True))
        signal = str(st.session_state.get(concept_state.signal_key(recommender)) or "")
        kept.keep(recommender.study.journal, name, ConceptSet(phrases, alpha, signal))


def _verdict(found: Checked) -> None:
    """What was left out and why, which phrases are near to each other, what each became."""
    size = len(found.concepts)
    out = found.sentences()
    st.caption(
        f"{count(size, 'concept')}. Each is a direction among text vectors; they are turned until "
        "all stand at right angles, so that no two count the same thing and all parts of a score "
        "add up. That takes something off each phrase: the table says what is left."
    )
    for sentence in out:
        st.warning(plain(sentence), icon=":material/content_copy:")
    if not out:
        st.success("No phrase repeats what others say.", icon=":material/check:")
    _pairs(found)
    st.dataframe(
        {"Concept": [inert(p) for p in found.concepts.phrases], "Keeps of its phrase": found.kept},
        key="concepts_kept_share", hide_index=True, height=210,
        column_config={
            "Concept": st.column_config.TextColumn(width="medium"),
            "Keeps of its phrase": st.column_config.ProgressColumn(
                format="%.2f", min_value=0.0, max_value=1.0,
                help="Cosine of the concept's direction with its own phrase: 1 is the phrase "
                "itself; a low one has much in common with the other phrases.",
            ),
        },
        alt="Concepts and how near each is to its own phrase",
    )


def _pairs(found: Checked) -> None:
    pairs: Sequence = found.pairs
    if not pairs:
        st.caption(f"No two phrases have a cosine of {ALIKE:g} or more.")
        return
    st.dataframe(
        {
            "Phrase": [inert(pair.one) for pair in pairs],
            "Near to": [inert(pair.other) for pair in pairs],
            "Cosine": [pair.cosine for pair in pairs],
        },
        key="concepts_pairs", hide_index=True, height=min(38 + 35 * len(pairs), 250),
        column_config={
            "Cosine": st.column_config.NumberColumn(
                format="%.2f", width="small", help="Of the phrases' vectors as they are: 1 is the "
                f"same, 0 has nothing in common. Pairs from {ALIKE:g} on are named.",
            ),
        },
        alt="Phrases that are near to each other",
    )
