"""Who wrote the descriptions of a study: for the overview, the data page and the writing page."""

from __future__ import annotations

import streamlit as st

from llmrec_core.errors import StudioError
from llmrec_core.provenance import Made
from llmrec_core.study import Study
from llmrec_core.ui import state
from llmrec_core.ui.text import count, plain
from llmrec_core.writing.chosen import chosen
from llmrec_core.writing.settings import WriterKind, Writing
from llmrec_core.writing.tally import words

MOST_REASON = 200


def wrote(made: Made) -> str:
    """Who wrote how many descriptions of the last build, and for whom the template stands in."""
    if made.writing.writer == WriterKind.TEMPLATE:
        return "Descriptions are written by the template: rules, no language model."
    writers = dict(made.tally.get("writers", {}))
    by_template = int(writers.pop(WriterKind.TEMPLATE.value, 0))
    told = f"Descriptions are written by {words(made.writing)}"
    if not made.tally:
        return f"{told}; they are not there any more: build again."
    total = sum(writers.values()) + by_template
    told += f": {sum(writers.values()):,} of {count(total, 'text')} by the model"
    stood_in = int(made.tally.get("fallbacks", 0))
    rest = by_template - stood_in
    if rest > 0:
        told += f", {rest:,} by the template (outside the sample, or hardly any rows)"
    if stood_in:
        reason = next(iter(made.tally.get("reasons", {})), "")
        told += f". For {stood_in:,} the template stands in for the model, most often because: "
        return told + reason[:MOST_REASON]
    return told + "."


def would_write(study: Study, made: Made | None) -> str:
    """Who would write if the study were built now, where that is not who wrote."""
    try:
        wanted = chosen(study).writing()
    except StudioError as error:
        return f"The writing page is not complete: {error}"
    if made is not None and wanted == made.writing:
        return ""
    if made is None and wanted == Writing():
        return "Descriptions will be written by the template: rules, no language model."
    return f"A build now has descriptions written by {words(wanted)}."


def show(study: Study, made: Made | None) -> None:
    """Both in a caption, with the way to the writing page."""
    parts = [wrote(made) if made is not None else "", would_write(study, made)]
    st.caption(plain(" ".join(filter(None, parts))))
    st.page_link(
        "pages/study/writing.py", label="Who writes, and at what cost",
        icon=":material/history_edu:", query_params={state.STUDY: study.name},
    )
