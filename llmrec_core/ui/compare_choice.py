"""Which evaluations are compared: those of one protocol, on the same held-out rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core.errors import StudioError
from llmrec_core.evaluate import comparing, stored
from llmrec_core.ui import cached_measure
from llmrec_core.ui.evaluation_pick import titles
from llmrec_core.ui.text import plain

if TYPE_CHECKING:
    from llmrec_core.evaluate.comparing import Line
    from llmrec_core.evaluate.result import Result
    from llmrec_core.evaluate.stored import Kept
    from llmrec_core.study import Study


@dataclass(frozen=True)
class Compared:
    """The evaluations that are compared, their results by key, and every row of theirs."""

    kept: list[Kept]
    results: dict[str, Result]
    lines: list[Line]

    def line(self, label: str) -> Line:
        """The line called `label`."""
        return next(line for line in self.lines if line.label == label)


def choose(study: Study) -> Compared | None:
    """Draw the choice of protocol and evaluations; None where there is nothing to compare."""
    found = stored.listing(study)
    good = [one for one in found if not one.problem]
    for one in found:
        if one.problem:
            st.warning(one.problem, icon=":material/error:")
    if not good:
        st.info("Nothing was measured yet: there is nothing to compare.",
                icon=":material/straighten:")  # fmt: skip
        st.page_link("pages/measure/evaluation.py", label="To the evaluation page",
                     icon=":material/straighten:")  # fmt: skip
        return None
    left, right = st.columns([1, 3])
    protocol = left.selectbox(
        "Protocol", list(dict.fromkeys(one.protocol for one in good)), key="compare_protocol",
        persist_state="session", help="Figures under different protocols mean different things.",
    )
    names = dict(zip((one.key for one in good), titles(good), strict=True))
    mine = [one for one in good if one.protocol == protocol]
    fitting = [one.key for one in mine if not comparing.apart(mine[0], one)]
    by_key = {one.key: one for one in mine}
    chosen = right.multiselect(
        "Evaluations", list(by_key), default=fitting, key=f"compare_{study.name}_{protocol}",
        format_func=lambda key: plain(names[key], 70), placeholder="choose at least one",
        help="Those that were measured on the same rows and users as the latest one stand here; "
        "others may be added, but only like is compared with like.",
    )
    return _opened(study, [by_key[key] for key in chosen if key in by_key], names)


def _opened(study: Study, chosen: list[Kept], names: dict[str, str]) -> Compared | None:
    """The chosen ones that go together and can be read; says why others are left out."""
    if not chosen:
        st.caption("Choose an evaluation.")
        return None
    kept, results = [], {}
    for one in chosen:
        reason = comparing.apart(chosen[0], one)
        if reason:
            st.warning(
                f"«{plain(names[one.key], 70)}» cannot be compared with "
                f"«{plain(names[chosen[0].key], 70)}»: {plain(reason)}.", icon=":material/block:",
            )
            continue
        try:
            results[one.key] = cached_measure.result_of(study, one)
            kept.append(one)
        except StudioError as error:
            st.warning(plain(error), icon=":material/error:")
    if not kept:
        return None
    called = [names[one.key] for one in kept]
    return Compared(
        kept, results, comparing.lines_of(kept, [results[one.key] for one in kept], called)
    )
