"""One edit for many users: who is meant, what is done, a preview, and the way back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from llmrec_core import row_ids
from llmrec_core.atlas import Atlas
from llmrec_core.describe.diff import compare
from llmrec_core.describe.many import Act, Change, Edit, changes
from llmrec_core.errors import InputError, StudioError
from llmrec_core.recommender import Recommender
from llmrec_core.ui import audience_form, cached, cached_edits, state, versions, word_diff
from llmrec_core.ui.text import count, plain

ACTS = {
    Act.ADD: "Add a sentence", Act.REMOVE: "Remove sentences that contain",
    Act.OFF: "Switch off sentences that contain", Act.ON: "Switch on sentences that contain",
    Act.REPLACE: "Replace words", Act.MEANING: "Change the meaning of sentences that contain",
}
MEANINGS = {1: "Likes", -1: "Dislikes", 0: "Neither"}
EXAMPLES = 3
"""Descriptions shown before and after."""


def many(recommender: Recommender) -> None:
    """The whole tab: filter, edit, preview, apply, and the edits made before."""
    prefix = f"many:{recommender.study.name}"
    st.caption(
        "Choose users and an edit, look at what it would change, then apply it: each description "
        "gets a new version in your name, all at once or none, and all can be taken back together."
    )
    atlas = _atlas(recommender)
    who, what = st.columns(2, gap="large")
    try:
        with who:
            st.markdown("**Which users**")
            audience = audience_form.choose(recommender, atlas, prefix)
        with what:
            st.markdown("**What is done**")
            edit = _edit(prefix)
        texts, members = cached_edits.meant(
            recommender, audience, None if atlas is None else atlas.cluster
        )
        meant = audience_form.in_words(audience, atlas)
        st.caption(
            f"{count(len(members), 'user')} of {len(texts):,} meant: {plain(meant, 200)}."
        )
        if edit is not None:
            edited = recommender.study.journal.edited_owners()
            found = changes([texts[u] for u in members], edit, edited)
            _preview(recommender, prefix, found, f"{words(edit)} for {meant}")
    except InputError as error:
        st.warning(plain(error), icon=":material/info:")
    _batches(recommender)


def _atlas(recommender: Recommender) -> Atlas | None:
    try:
        return cached.atlas(recommender.study, recommender)
    except StudioError:
        return None


def _edit(prefix: str) -> Edit | None:
    """The edit as it stands in the controls; None while nothing is typed."""
    act = st.selectbox(
        "Edit", list(ACTS), key=f"{prefix}:act", format_func=ACTS.__getitem__,
        persist_state="session",
    )
    adding = act is Act.ADD
    text = st.text_input(
        "The sentence" if adding else "The words to look for", key=f"{prefix}:text:{adding}",
        persist_state="session", max_chars=500,
        placeholder="such as: Cannot stand noise." if adding else "such as: war",
        help=None if adding else "Whole words, upper or lower case.",
    )
    by, polarity = "", None
    if act is Act.REPLACE:
        by = st.text_input(
            "The words instead", key=f"{prefix}:by", persist_state="session", max_chars=200,
            placeholder="left empty, the words are taken out",
        )
    if act in (Act.MEANING, Act.ADD):
        polarity = st.selectbox(
            "Meaning", list(MEANINGS), index=None if adding else 1, key=f"{prefix}:means:{adding}",
            format_func=MEANINGS.__getitem__, persist_state="session",
            placeholder="guessed from the words", help="How the sentences count.",
        )
    return Edit(Act(act), text.strip(), by.strip(), polarity) if text.strip() else None


def words(edit: Edit) -> str:
    """The edit in words, for the history."""
    if edit.act is Act.REPLACE:
        return f"Replace «{edit.text}» by «{edit.by}»"
    end = f": {MEANINGS[edit.polarity]}" if edit.act is Act.MEANING and edit.polarity is not None \
        else ""
    return f"{ACTS[edit.act]} «{edit.text}»{end}"


def _preview(
    recommender: Recommender, prefix: str, found: Sequence[Change], what: str
) -> None:
    """How many would change, some of them before and after, and the button."""
    if not found:
        st.info("The edit changes none of these descriptions.", icon=":material/info:")
        return
    own = sum(change.own for change in found)
    told = f"**{count(len(found), 'description')}** would change."
    if own:
        told += (
            f" {count(own, 'of them has', 'of them have')} edits of a person already: they stay, "
            "and this edit is made on top."
        )
    st.markdown(told)
    place = int(st.session_state.get(f"{prefix}:page", 0)) * EXAMPLES % len(found)
    for change in found[place : place + EXAMPLES]:
        with st.container(border=True):
            mine = " · edited by a person" if change.own else ""
            st.caption(f"User {plain(change.before.owner_id, 80)}{mine}")
            word_diff.show_lines(compare(change.before, change.after), authors=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            f"Apply to {count(len(found), 'user')}", key=f"{prefix}:apply", type="primary",
            icon=":material/done_all:", on_click=_apply, args=(recommender, list(found), what),
        )
        if len(found) > EXAMPLES:
            st.button("Other examples", key=f"{prefix}:more", icon=":material/refresh:",
                      on_click=_turn, args=(prefix,), type="tertiary")
        versions.name_box()


def _turn(prefix: str) -> None:
    st.session_state[f"{prefix}:page"] = int(st.session_state.get(f"{prefix}:page", 0)) + 1


def _apply(recommender: Recommender, found: list[Change], what: str) -> None:
    """Save the previewed changes; one of them changed meanwhile, and none is saved."""
    with state.telling(f"Saved for {count(len(found), 'user')} as new versions."):
        journal = recommender.study.journal
        edited = journal.all_edited()
        pairs = []
        for change in found:
            owner = change.before.owner_id
            data = edited[owner].data if owner in edited else recommender.rows_key
            after = row_ids.of_today(recommender, owner, change.after, data)
            pairs.append((change.before, after))
        originals = {
            before.owner_id: versions.original_of(recommender, before.owner_id)
            for before, _ in pairs
        }
        journal.save_many(
            pairs, versions.who(), what=what, data=recommender.rows_key, originals=originals
        )


def _batches(recommender: Recommender) -> None:
    """What was done to many before, each to be taken back or put back as a whole."""
    made = recommender.study.journal.batches()
    if not made:
        return
    st.markdown("**Edits of many users**")
    for batch in made[:10]:
        with st.container(horizontal=True, vertical_alignment="center"):
            when = batch.created.astimezone().strftime("%Y-%m-%d %H:%M")
            st.caption(
                f"{plain(batch.what, 200)} · {plain(batch.author, 60)}, {when} · in force for "
                f"{batch.kept:,} of {count(batch.owners, 'user')}"
            )
            key = f"many:{recommender.study.name}:batch:{batch.number}"
            if batch.kept:
                st.button("Take back", key=f"{key}:undo", icon=":material/undo:", type="tertiary",
                          on_click=_step, args=(recommender, batch.number, "undo"),
                          help="Puts the version before in force for all of them; who was edited "
                          "again since is left as they are.")
            if batch.kept < batch.owners:
                st.button("Put back", key=f"{key}:redo", icon=":material/redo:", type="tertiary",
                          on_click=_step, args=(recommender, batch.number, "redo"))


def _step(recommender: Recommender, number: int, which: str) -> None:
    with state.telling():
        journal = recommender.study.journal
        undo = which == "undo"
        done, left = (journal.undo_batch if undo else journal.redo_batch)(number)
        told = f"{'Taken back' if undo else 'Put back'} for {count(done, 'user')}."
        if left:
            told += f" {count(left, 'user')} left as they are: edited otherwise since."
        state.tell(told)
