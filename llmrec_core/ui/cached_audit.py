"""Caches of the audit page, under the same rules as `cached`: keyed by versions, never data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core.ui import cached

if TYPE_CHECKING:
    from llmrec_core.audit import AuditReport, Stability
    from llmrec_core.recommender import Recommender


@st.cache_resource(max_entries=3, show_spinner="Holding every sentence against its evidence…")
def _audit(version_key: str, revision: object, _recommender: Recommender) -> AuditReport:
    from llmrec_core.audit import audit_study
    from llmrec_core.evidence import user_evidence

    study = _recommender.study
    behaviour, crowd = cached.crowd_of(study)
    catalogue = cached.catalogue_of(study)
    evidences = user_evidence(behaviour, catalogue.items, crowd=crowd)
    return audit_study(_recommender, evidences, catalogue.lexicon)


def audit_of(recommender: Recommender) -> AuditReport:
    """The audit of the texts in force; counted again after an edit."""
    return _audit(recommender.version, recommender.study.journal.revision(), recommender)


@st.cache_resource(max_entries=32, show_spinner=False)
def _stability(version_key: str, user_id: str, _recommender: Recommender) -> Stability:
    from llmrec_core.audit import paraphrases, stability

    evidence = cached.evidence_of(_recommender.study, user_id)
    return stability(
        _recommender, user_id, paraphrases(evidence, _recommender.tables.items)
    )


def stability_of(recommender: Recommender, user_id: str) -> Stability:
    """One user's text in several wordings of the template, encoded once."""
    return _stability(recommender.version, user_id, recommender)
