"""What nobody gave: fitted weights, for people of few rows others, and how sure they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from llmrec_core import headless
from llmrec_core.answered import FITTED, FITTED_FEW
from llmrec_core.build_lines import signal_lines
from llmrec_core.evaluate.lines import extra_lines
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study
from llmrec_core.tune import Group
from llmrec_core.tune.intervals import range_words, ranges_line


@pytest.fixture
def recommender(built_study: Study) -> Recommender:
    """The tiny study; people of up to 4 rows have popularity alone."""
    found = Recommender(built_study)
    group = Group(4, {"popularity": 2.0}, 0.3, 0.2, (0.05, 0.15), 40)
    found.choice = replace(found.choice, groups=(group,))
    return found


def test_people_of_few_rows_have_their_own_weights(recommender: Recommender) -> None:
    """Named so; everybody else has the general ones."""
    name, few = recommender.fitted_weights(4)
    assert name == FITTED_FEW and few["popularity"] == 2.0
    assert set(few) == set(recommender.names) and sum(few.values()) == 2.0
    name, general = recommender.fitted_weights(5)
    assert name == FITTED and general == recommender.default_weights


def test_lists_and_ledgers_say_which_weights_they_are_of(recommender: Recommender) -> None:
    """The same for `recommend` and `explain`; weights that were given keep their name."""
    user = str(recommender.behaviour.user_ids[0])
    whole = recommender.profile(user)
    few = whole.keep_rows(whole.item == whole.item[0])
    assert len(whole.item) > 4 >= len(few.item)
    recommender.profile = lambda *_: few  # type: ignore[method-assign]
    found = headless.recommend(recommender, user)
    assert found["weights_name"] == FITTED_FEW and found["weights"]["popularity"] == 2.0
    item = found["items"][0]["item_id"]
    assert headless.explain(recommender, user, item)["weights_name"] == FITTED_FEW
    given = headless.recommend(recommender, user, weights='{"taste": 1}')
    assert given["weights_name"] == "given" and given["weights"]["popularity"] == 0.0
    recommender.profile = lambda *_: whole  # type: ignore[method-assign]
    found = headless.recommend(recommender, user)
    assert found["weights_name"] == FITTED and found["weights"] == pytest.approx(
        recommender.default_weights, abs=1e-6
    )


def test_everybodys_lists_keep_everybodys_weights(recommender: Recommender) -> None:
    """The long tail compares weightings, one for all."""
    assert headless.exposure(recommender, 3)["setting"]["weights"] == FITTED


def test_ranges_are_told_in_words() -> None:
    """From the lowest to the highest; the end of what is tried is no end."""
    assert range_words((0.1, 0.5)) == "as good within the noise from 0.1 to 0.5"
    assert range_words((0.5, 3.0)).endswith("3 or more")
    assert range_words((0.3, 0.3)) == "any other is worse beyond the noise"


def test_a_build_and_an_evaluation_say_how_sure_weights_are() -> None:
    """One line with each weight and its range; none where nothing was chosen."""
    choice = {
        "accurate": {"taste": 0.3, "popularity": 0.0}, "weights": {"taste": 9.0},
        "as_good": {"taste": [0.1, 0.5], "popularity": (0.0, 0.1)},
    }
    line = ranges_line(choice)
    assert line.endswith("taste 0.3 (0.1 to 0.5), popularity 0 (0 to 0.1)")
    assert list(signal_lines({"choice": {**choice, "reasons": {"taste": "Why."}}})) == [
        line, "Taste: Why."
    ]
    document = {
        "weights": choice["accurate"], "as_good": choice["as_good"], "validation": {},
        "steerable": {}, "significance": {}, "given": ["match.of=history"],
    }
    told = extra_lines(document)
    assert next(told) == "given, not chosen: match.of=history" and next(told) == line
    assert ranges_line({"weights": {"taste": 1.0}}) == ""
