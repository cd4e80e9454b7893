"""What follows the sliders on «For one user»: the list, and each account of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core.ui import controls, follow, user_view
from llmrec_core.ui.gauge import show_gauge
from llmrec_core.ui.ledger import show_ledger
from llmrec_core.ui.ranking import looked_at, show_list
from llmrec_core.ui.weights import NO_WEIGHT
from llmrec_core.ui.why_not_view import show_why_not

if TYPE_CHECKING:
    import numpy as np

    from llmrec_core.blend import Block
    from llmrec_core.profile import Profiles
    from llmrec_core.recommender import Recommender


@dataclass(frozen=True)
class OneUser:
    """One user with their profile and block; every part reads the sliders when it is drawn."""

    recommender: Recommender
    user: str
    profile: Profiles
    block: Block
    n: int

    @property
    def key(self) -> str:
        """The session's name for this user's list."""
        return f"top_n:{self.recommender.study.name}:{self.user}"

    @property
    def weights(self) -> np.ndarray:
        """(signals,) as the sliders stand."""
        return controls.current_weights(self.recommender)

    def ranked(self) -> None:
        """How much is known, and the list."""
        weights = self.weights
        show_gauge(self.recommender, self.profile, self.block, weights)
        if weights.any():
            show_list(self.recommender, self.block, weights, self.n, self.key, follow.redraw)
        else:
            st.warning(NO_WEIGHT, icon=":material/tune:")

    def account(self) -> None:
        """Why the item that is looked at is there."""
        weights = self.weights
        if weights.any():
            item = looked_at(self.recommender, self.block, weights, self.n, self.key)
            if item is not None:
                show_ledger(self.recommender, self.profile, self.block, weights, item)

    def other(self) -> None:
        """Why another item is not."""
        show_why_not(
            self.recommender, self.user, self.profile, self.block, self.weights, self.n
        )

    def shares(self) -> None:
        """What each sentence adds."""
        user_view.show_shares(self.recommender, self.profile, self.block, self.weights, self.n)

    def moves(self) -> None:
        """Who rose and fell by an edit."""
        user_view.show_moves(self.recommender, self.user, self.block, self.weights, self.n)
