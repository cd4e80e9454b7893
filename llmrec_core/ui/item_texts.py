"""Which items are thin, and one of them: its own words beside what was written for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from llmrec_core import find, tables
from llmrec_core.describe import Description
from llmrec_core.enrich.check import wrong
from llmrec_core.enrich.needs import ENOUGH, neediest
from llmrec_core.enrich.stored import written_field
from llmrec_core.errors import MissingArtefactError
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study
from llmrec_core.ui import cached, cached_items, sentence_marks
from llmrec_core.ui.text import count, inert, plain

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 300
MOST_REVIEWS = 50
_TYPED, _TABLE = "item_texts_find", "item_texts_table"


def built(study: Study) -> Recommender | None:
    """The study as it is built; None where it is not."""
    try:
        return cached.recommender(study)
    except MissingArtefactError:
        return None


def figures(study: Study, texts: dict[str, Description]) -> None:
    """How many items are thin, have reviews, have a written text."""
    found = cached_items.needs_of(study)
    thin = found["need"] > 0
    marked = sum(any(s.problem for s in text.sentences) for text in texts.values())
    cards = (
        ("Items", len(found), "In the catalogue."),
        ("Thin items", int(thin.sum()),
         f"Less than {ENOUGH} characters in all texts and attributes together, about two "
         "sentences. The title is not counted."),
        ("Thin with material", int((thin & found["can"]).sum()),
         "They have attributes, some text or reviews to write from."),
        ("Reviews", int(found["reviews"].sum()), "Of the interactions that count."),
        ("Written texts", len(texts),
         f"In the build in force. In {marked:,} of them a sentence names something that the item "
         "does not have."),
    )
    with st.container(horizontal=True):
        for label, value, about in cards:
            st.metric(label, f"{value:,}", border=True, help=plain(about))


def pick(study: Study, texts: dict[str, Description]) -> int | None:
    """The table of thin items, long tail first, and the number of the item that is looked at."""
    found = cached_items.needs_of(study)
    order = neediest(found, MOST_ROWS)
    typed = st.text_input(
        "Find an item", key=_TYPED, type="search", icon=":material/search:", width=320,
        placeholder="title or item id", persist_state="session",
        help="Any item of the catalogue, thin or not.",
    )
    searched = _search(study, typed) if (typed or "").strip() else []
    if (typed or "").strip() and not searched:
        st.caption("No item matches: showing the thin ones.")
    shown = np.array(searched, np.int64) if searched else order
    if not len(shown):
        st.info("No item is thin: all say enough of themselves.", icon=":material/check_circle:")
        return None
    event = st.dataframe(
        _frame(study, found, shown, texts), key=f"{_TABLE}_{study.name}", hide_index=True,
        on_select="rerun", selection_mode="single-row", height=260,
        alt="Thin items, the least known first",
        column_config={
            "Interactions": st.column_config.NumberColumn(format="localized"),
            "Reviews": st.column_config.NumberColumn(format="localized"),
            "Characters": st.column_config.NumberColumn(
                format="localized", help="Of all text fields and attributes together."
            ),
        },
    )
    if not searched:
        thin = int(((found["need"] > 0) & found["can"]).sum())
        st.caption(
            f"{count(len(shown), 'thin item')} of {thin:,} that something can be written about, "
            "the least known first. Select a row to look at an item."
        )
    rows = event["selection"]["rows"] if event else []
    return int(shown[rows[0] if rows and rows[0] < len(shown) else 0])


def _search(study: Study, typed: str) -> list[int]:
    frame = cached.tables_of(study).items.frame
    ids = frame[tables.ITEM].tolist()
    wanted = typed.strip()
    if wanted in ids:
        return [ids.index(wanted)]
    counts = cached_items.needs_of(study)["interactions"].to_numpy()
    return find.items(frame[tables.TITLE].tolist(), typed, counts)


def _frame(
    study: Study, found: pd.DataFrame, shown: np.ndarray, texts: dict[str, Description]
) -> pd.DataFrame:
    import pandas as pd

    items = cached.tables_of(study).items.frame.iloc[shown]
    ids = [str(x) for x in items[tables.ITEM]]
    part = found.iloc[shown]
    return pd.DataFrame(
        {
            "Title": [inert(str(title)) for title in items[tables.TITLE]],
            "Interactions": part["interactions"].to_numpy(),
            "Reviews": part["reviews"].to_numpy(),
            "Characters": part["characters"].to_numpy(),
            "Text by": [
                inert(sentence_marks.author(texts[x].writer)) if x in texts else "" for x in ids
            ],
        }
    )


def side_by_side(study: Study, item: int, texts: dict[str, Description]) -> None:
    """The item's own words beside the written text with its marks and the rows it came from."""
    items = cached.tables_of(study).items
    item_id = str(items.frame[tables.ITEM].iat[item])
    st.subheader(plain(str(items.frame[tables.TITLE].iat[item]), 120))
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**The item's own words**")
        _originals(study, item)
    with right:
        st.markdown("**What was written for it**")
        text = texts.get(item_id)
        if text is None:
            st.caption("Nothing, in the build in force.")
            return
        show(text)
        name = written_field(items, item)
        st.caption(
            f"Encoded as the field «{plain(name)}», beside what the item says itself. "
            "Descriptions of users never read it."
            + " What is not borne out is left out." * any(map(wrong, text.sentences))
        )
        _rows(study, text, f"item_texts_rows_{study.name}_{item}")


def show(text: Description) -> None:
    """A written text: sentences with their marks, who wrote it, from what."""
    for sentence in text.sentences:
        st.text(sentence.text)
        sentence_marks.show_line(sentence)
    sentence_marks.show_card(text)


def _originals(study: Study, item: int) -> None:
    items = cached.tables_of(study).items
    row = items.frame.iloc[item]
    said = [(name, ", ".join(map(str, row[name]))) for name in items.attributes]
    said += [(name, str(row[name])) for name in items.text_fields]
    told = [(name, text) for name, text in said if text.strip()]
    for name, text in told:
        st.caption(plain(name.replace("_", " ").capitalize()))
        st.text(text[:2_000])
    if not told:
        st.caption("None: there is a title at most.")
    material = cached_items.material_of(study, item)
    if material.withheld:
        st.caption(
            f"{count(material.withheld, 'review reads', 'reviews read')} like instructions to a "
            "model and will not be shown to one."
        )
    if not material.reviews:
        return
    with st.expander(count(len(material.reviews), "review"), icon=":material/rate_review:"):
        for review in material.reviews[:MOST_REVIEWS]:
            st.text(f"{_STARS[review.verdict]} {review.text}")


_STARS = {1: "＋", -1: "－", 0: "·"}


def _rows(study: Study, text: Description, key: str) -> None:
    """The interactions that a written text was read from."""
    if not text.read:
        st.caption("Written from attributes alone: no interaction was read.")
        return
    with st.expander(f"The {count(len(text.read), 'row')} it was read from", key=key):
        frame = cached.tables_of(study).interactions.frame
        known = [row for row in text.read if row < len(frame)]
        part = frame.iloc[known][[tables.USER, tables.VALUE, tables.TIME]]
        shown = part.assign(**{tables.USER: [inert(str(u)) for u in part[tables.USER]]})
        st.dataframe(shown, key=f"{key}_table", alt="Interactions whose review was read")
