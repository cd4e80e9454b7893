"""A picked group in a kept evaluation."""

import numpy as np

from llmrec_core.selection import measured_for
from tests.pages import measured


def test_the_figures_of_a_group_stand_beside_all_others():
    """Plain EASE is right for even users alone: 1 for two of them, and for 10 of the other 22."""
    found = measured_for(measured.result(), ["u00", "u02", "nobody"], recipe=measured.BASELINE)
    row = found.set_index("metric").loc["ndcg@10"]
    assert (row["users"], row["value"], row["low"], row["high"]) == (2, 1.0, 1.0, 1.0)
    assert row["others"] == 10 / 22


def test_nobody_tested_is_an_empty_table():
    """A group that the protocol did not test, or a row that was not measured."""
    assert measured_for(measured.result(), ["nobody"]).empty
    assert measured_for(measured.result(), ["u00"], recipe="no such row").empty


def test_users_without_a_value_count_for_nothing():
    """nan is nobody's figure."""
    result = measured.result()
    result.per_user["blend"]["ndcg@10"][0] = np.nan
    found = measured_for(result, ["u00", "u01"])
    assert found["users"].tolist() == [1] and found["value"].tolist() == [1.0]
