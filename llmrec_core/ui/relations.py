"""What sharing an entity counts, by relation: a line of the overview."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core.signals.knowledge import relations_said
from llmrec_core.ui.text import plain

if TYPE_CHECKING:
    from llmrec_core.provenance import Made


def said(built: Made) -> None:
    """One line where the knowledge signal was fitted, nothing without."""
    words = relations_said(built.relations)
    if words:
        st.caption(plain(f"Knowledge. {words} The relation that counts most is 1."))
