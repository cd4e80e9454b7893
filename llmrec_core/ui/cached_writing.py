"""The cache of the writing page, under the rules of `cached`: keyed by versions, never data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core.study import Study
from llmrec_core.ui import cached

if TYPE_CHECKING:
    from llmrec_core.enrich import Enriching
    from llmrec_core.writing import Writing
    from llmrec_core.writing.plan import Asked


@st.cache_resource(max_entries=1, show_spinner="Preparing what the model is asked…")
def _asked(
    folder: str, key: str, writing_key: str, _study: Study, _writing: Writing,
    _enriching: Enriching,
) -> Asked:
    from llmrec_core.evidence import user_evidence
    from llmrec_core.writing.papers import papers
    from llmrec_core.writing.plan import asked

    behaviour, crowd = cached.crowd_of(_study)
    catalogue = cached.catalogue_of(_study)
    evidences = user_evidence(behaviour, catalogue.items, crowd=crowd)
    desk = papers(_writing, _study)
    return asked(
        _study, behaviour, catalogue.items, evidences, _writing, desk, _enriching, catalogue
    )


def asked_of(study: Study, writing: Writing, enriching: Enriching) -> Asked:
    """All that a build would ask about users and items; equal requests are asked once."""
    key = f"{study.key}:{study.reviews_key}" if enriching.on else study.key
    how = f"{writing.key()}:{enriching.key()}"
    return _asked(str(study.tables_folder), key, how, study, writing, enriching)
