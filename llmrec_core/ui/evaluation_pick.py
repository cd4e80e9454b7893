"""The kept evaluations of a study: choose one, name it, remove it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core.evaluate import stored
from llmrec_core.signals.wanted import AUTO, wanted
from llmrec_core.study import Study
from llmrec_core.ui import state
from llmrec_core.ui.text import count, inert, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from llmrec_core.evaluate.stored import Kept

PICKED = "evaluation"
"""The widget key and the `?evaluation=` of a link."""
_NAME = "evaluation_name"


def title(kept: Kept) -> str:
    """What an evaluation is called: its name, or what was measured and when."""
    if kept.name:
        return kept.name
    if kept.problem:
        return f"{kept.key} (damaged)"
    taken = f"recipe «{kept.recipe}»" if kept.recipe else _signals(kept)
    return f"{kept.protocol}, {taken}, {kept.encoder}, {_when(kept)}"


def _when(kept: Kept) -> str:
    return dt.datetime.fromtimestamp(kept.when).strftime("%d %b %Y %H:%M")


def _signals(kept: Kept) -> str:
    if kept.signals in ((AUTO,), wanted(AUTO)):
        return AUTO
    return count(len(kept.signals), "signal")


def titles(found: Sequence[Kept]) -> list[str]:
    """The titles, those of equal ones told apart by their key."""
    out = [title(one) for one in found]
    return [
        f"{name} ({one.key[:6]})" if out.count(name) > 1 else name
        for name, one in zip(out, found, strict=True)
    ]


def pick(study: Study) -> Kept | None:
    """Draw the choice of an evaluation, the latest one first; None where nothing is kept."""
    found = stored.listing(study)
    if not found:
        st.info(
            "Nothing was measured yet: choose a protocol and press «Measure», or run "
            f"`llmrec evaluate {study.name}`.", icon=":material/straighten:",
        )
        return None
    by_key = dict(zip((one.key for one in found), found, strict=True))
    names = dict(zip(by_key, titles(found), strict=True))
    _follow_the_latest(study, found)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = st.selectbox(
            "Evaluation", list(by_key), key=PICKED, bind="query-params",
            format_func=lambda one: plain(names[one], 90),
            help="Every evaluation is kept until it is removed; measured again, it is replaced.",
        )
        chosen = by_key[str(key)]
        with st.popover("Name", icon=":material/edit:", key="evaluation_rename"):
            field = f"{_NAME}_{chosen.key}"
            st.text_input("Name of this evaluation", chosen.name, key=field, max_chars=120)
            st.button("Keep the name", key="evaluation_rename_go", type="primary",
                      on_click=_rename, args=(study.name, chosen.key, field))  # fmt: skip
        with st.popover("Remove", icon=":material/delete:", key="evaluation_remove"):
            st.markdown("Its figures can be measured again; its name is remembered.")
            st.button("Remove it", key="evaluation_remove_go", type="primary",
                      on_click=_remove, args=(study.name, chosen.key))  # fmt: skip
    with st.expander(f"All {len(found):,} kept evaluations", icon=":material/list:"):
        st.dataframe(
            table(found), key="evaluation_all", hide_index=True,
            alt="All kept evaluations, the latest first",
            column_config={
                "NDCG": st.column_config.NumberColumn(format="%.4f", help="Of the blend."),
                "Seconds": st.column_config.NumberColumn(format="%.0f"),
                "When": st.column_config.DatetimeColumn(format="D MMM YYYY HH:mm"),
            },
        )
    return chosen


def _follow_the_latest(study: Study, found: Sequence[Kept]) -> None:
    """Show a new evaluation when it comes; what a link or a click chose stays until then."""
    mark = f"evaluation_latest_{study.name}"
    newer = found[0].when > st.session_state.get(mark, found[0].when)
    st.session_state[mark] = found[0].when
    keys = [one.key for one in found]
    if newer or st.session_state.get(PICKED) not in (None, *keys):
        st.session_state[PICKED] = keys[0]


def table(found: Sequence[Kept]) -> pd.DataFrame:
    """One row an evaluation; text that no spreadsheet takes for a formula."""
    import pandas as pd

    return pd.DataFrame(
        {
            "Name": [inert(one.name) for one in found],
            "When": [dt.datetime.fromtimestamp(one.when) for one in found],
            "Protocol": [one.protocol for one in found],
            "Encoder": [inert(one.encoder) for one in found],
            "Writer": [inert(one.writer) for one in found],
            "Signals": [", ".join(one.signals) for one in found],
            "NDCG": [one.value for one in found],
            "Seconds": [one.seconds for one in found],
            "Also": [", ".join(one.more) or one.problem for one in found],
        }
    )


def _rename(name: str, key: str, field: str) -> None:
    with state.telling():
        stored.rename(Study.open(name), key, str(st.session_state.get(field) or ""))


def _remove(name: str, key: str) -> None:
    with state.telling("The evaluation is removed."):
        stored.remove(Study.open(name), key)
