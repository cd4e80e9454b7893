"""Theirs beside ours: the same metrics, the right ratio, and only for the same data."""

import math

import pytest

from llmrec_core.protocol import PROTOCOLS
from llmrec_core.protocol.published import RERUN, TABLES, beside, beside_lines


def document(protocol="microsoft-100k", rows=100_000, **recipes):
    """An evaluation whose rows have the given NDCG."""
    return {
        "protocol": {"name": protocol}, "data": {"all_rows": rows},
        "rows": [
            {"recipe": name.replace("_", " "), "metrics": {"ndcg@10": value, "recall@10": 0.2}}
            for name, value in recipes.items()
        ],
    }


@pytest.mark.parametrize("name", list(TABLES))
def test_every_table_belongs_to_a_protocol_and_is_whole(name):
    """All figures of all models are shares, and each has the table's metrics."""
    table = TABLES[name]
    assert PROTOCOLS[name].published
    for model in table.models:
        assert set(model.values) == set(table.names)
        assert all(0 < value < 1 for value in model.values.values())


@pytest.mark.parametrize("name", [n for n, t in TABLES.items() if any(
    m.here == f"BPR {RERUN}" for m in t.models
)])  # fmt: skip
def test_a_model_that_is_trained_otherwise_here_is_no_reproduction(name):
    """Whoever reads «1.485 x BPR» beside a table is told that our BPR is another training."""
    assert f"BPR {RERUN} is another training" in TABLES[name].note


def test_the_ratio_is_ours_over_their_best():
    """BiVAE has .475077."""
    found = beside(document(blend=0.5, plain_EASE=0.48))
    assert found["best"] == {"model": "BiVAE", "value": 0.475077}
    assert found["ratio"] == pytest.approx(0.5 / 0.475077)
    ours = {row["model"]: row for row in found["rows"] if not row["published"]}
    assert set(ours) == {"blend", "plain EASE"}
    assert ours["plain EASE"]["ratio"] == pytest.approx(0.48 / 0.475077)


def test_the_same_model_stands_against_its_own_figure():
    """BPR fitted here against their BPR (.441997), not against their best."""
    told = document(blend=0.5)
    told["rows"].append({"recipe": "BPR (re-run)", "metrics": {"ndcg@10": 0.43}})
    row = beside(told)["rows"][-1]
    assert (row["model"], row["same"]) == ("BPR (re-run)", "BPR")
    assert row["ratio"] == pytest.approx(0.43 / 0.441997)


def test_plain_ease_is_both_ours_and_their_model_once():
    """RecBole's table has EASE: one line here, against theirs."""
    found = beside(document("recbole-1m", 1_000_209, blend=0.3, plain_EASE=0.28))
    lines = [row for row in found["rows"] if row["model"] == "plain EASE"]
    assert len(lines) == 1
    assert lines[0]["same"] == "EASE" and lines[0]["ratio"] == pytest.approx(0.28 / 0.2865)


@pytest.mark.parametrize(("protocol", "rows"), [("microsoft-100k", 99_999), ("temporal", 100_000)])
def test_other_data_or_another_protocol_has_no_table(protocol, rows):
    """Figures of other rows are no comparison."""
    assert beside(document(protocol, rows, blend=0.5)) is None


def test_printed_figures_are_under_the_same_head():
    """Every line has as many figures as the head has names; what is missing is undefined."""
    found = beside(document(blend=0.5))
    assert math.isnan(found["rows"][-1]["values"]["map@10"])
    source, head, *lines = beside_lines(found)
    assert "MovieLens-100K" in source
    assert head.split() == ["MAP", "nDCG@10", "P@10", "R@10"]
    assert lines[0].split()[:6] == ["BiVAE", "0.1461", "0.4751", "0.4118", "0.2191", "published"]
    assert lines[-2].split()[:5] == ["blend", "undefined", "0.5000", "undefined", "0.2000"]
    assert lines[-1].startswith("blend against BiVAE, their best: 1.052 times its nDCG@10")
