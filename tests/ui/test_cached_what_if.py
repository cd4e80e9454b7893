"""What a what-if state took to score is told of the scoring, not of finding it again."""

import time

from llmrec_core import whatif
from llmrec_core.recommender import Recommender
from llmrec_core.ui import cached_what_if
from llmrec_core.whatif import State


def test_a_kept_state_tells_what_scoring_it_took(built_study, monkeypatch):
    """Scored once, in 40 ms of the clock; found again, it is the same block and still 40 ms."""
    clock, block_of = [0.0], whatif.block_of

    def slow(*args):
        clock[0] += 0.040
        return block_of(*args)

    monkeypatch.setattr(whatif, "block_of", slow)
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])
    recommender = Recommender(built_study)
    state = State("u04", n=7)
    first = cached_what_if.block(recommender, state)[1]
    assert cached_what_if.took(recommender, state) == 40.0
    assert cached_what_if.block(recommender, state)[1] is first
    assert cached_what_if.took(recommender, State("u04", n=3)) == 40.0 and clock == [0.04]
