"""P(like) and the plain match in an evaluation: measured on held-out rows, beside what is simpler.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import metrics, protocol, tables
from llmrec_core.evaluate import Likes, Matches, evaluate
from llmrec_core.evaluate.liking import MEANS, MODEL, RATE, Pairs, _areas
from llmrec_core.evaluate.lines import extra_lines
from llmrec_core.texts import Texts

RANDOM = protocol.named("random")
NAMES = ("popularity",)


def _run(frame, extras):
    users = tables.Users(pd.DataFrame({tables.USER: sorted(set(frame[tables.USER]))}))
    whole = tables.Tables(tables.Interactions(frame), world.items(), users)
    protocol_ = replace(RANDOM, n=3)
    return evaluate(whole, protocol_, Texts(FakeEncoder(), None), None, extras, NAMES)


@pytest.fixture(scope="module")
def found():
    """Everybody rates sixteen items, 5 or 1 as the kind is theirs; both extras."""
    rows = []
    for u in range(world.N):
        taken = np.random.default_rng(u).permutation(world.N)[:16]
        rows += [
            (f"u{u:02d}", f"i{i:02d}", 5.0 if i % 2 == u % 2 else 1.0, 1_000_000 + k, None)
            for k, i in enumerate(taken)
        ]
    frame = pd.DataFrame(rows, columns=tables.INTERACTION_COLUMNS)
    types = {tables.VALUE: "float32", tables.TIME: "Int64", tables.EVENT: "str"}
    return _run(frame.astype(types), [Likes(), Matches()])


def test_likes_are_told_apart_and_means_are_not_enough(found):
    """Users and items of the world have one mean each: only the model knows whose kind it is."""
    figures = {row["model"]: row["metrics"] for row in found.document["liking"]["models"]}
    assert figures[MODEL]["auc"] > 0.9 > figures[MEANS]["auc"]
    assert figures[RATE]["auc"] == 0.5
    assert figures[MODEL]["log_loss"] < figures[RATE]["log_loss"]


def test_every_held_out_pair_is_judged_once(found):
    """As many pairs as held-out rows; the curve and the report count them all."""
    liking, data = found.document["liking"], found.document["data"]
    assert liking["pairs"] == data["held_out_rows"]
    assert sum(step["pairs"] for step in liking["reliability"][MODEL]) == liking["pairs"]
    report = liking["report"]
    assert report["like"]["pairs"] + report["other"]["pairs"] == liking["pairs"]


def test_without_values_taken_items_are_told_from_others():
    """All values alike: half the pairs are drawn from what nobody of these users took."""
    frame = world.interactions()
    frame = frame[frame[tables.VALUE] > 3].reset_index(drop=True)
    liking = _run(frame, [Likes()]).document["liking"]
    assert liking["likes"] == pytest.approx(0.5, abs=0.02)
    assert "taken" in liking["like"]
    assert liking["models"][0]["metrics"]["auc"] > 0.9


def test_the_three_matches_are_rows(found):
    """Raw, centred and weighted; the weights are named, and said in words."""
    rows = [row["recipe"] for row in found.document["rows"]]
    assert [name for name in rows if name.startswith("match")] == [
        "match, raw cosine", "match, centred cosine", "match, weighted cosine",
    ]
    weights = found.document["match"]["concepts"]
    assert "space titles" in weights and min(weights.values()) >= 0
    said = "\n".join(extra_lines(found.document))
    assert "weigh most" in said and "P(like)" in said


def test_auc_by_user_is_that_of_the_metrics():
    """The AUC within users equals `metrics.auc` user by user."""
    from scipy.sparse import csr_matrix

    rng = np.random.default_rng(0)
    like, chance = rng.random((5, 8)) > 0.5, rng.random((5, 8)).round(1)
    like[4] = True  # undefined
    user, item = np.divmod(np.arange(40), 8)
    mine = _areas(Pairs(user, item, like.ravel()), chance.ravel())
    assert np.allclose(mine, metrics.auc(chance, csr_matrix(like)), equal_nan=True)
