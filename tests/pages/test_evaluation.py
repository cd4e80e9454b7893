"""The evaluation page: empty, full, damaged; what is typed or named is text; a child measures."""

from __future__ import annotations

import sys

import pytest
from streamlit.testing.v1 import AppTest

from llmrec_core import protocol
from llmrec_core.evaluate import stored
from llmrec_core.evaluate.bench import BASELINE
from llmrec_core.evaluate.cold import KNOWING
from llmrec_core.protocol.published import beside
from llmrec_core.ui import evaluation_job, evaluation_more, evaluation_view
from tests.pages.measured import ROWS, keep, result
from tests.pages.recommending import open_page, said, sound, tables

PAGE = "pages/measure/evaluation.py"


def _table(at: AppTest):
    return next(t for t in tables(at) if "Recipe" in t.columns)


def test_nothing_measured_is_said_with_the_way_on(built_study):
    """A study without evaluations shows the form and the command, and no figures."""
    at = open_page(PAGE, study="tiny")
    assert "Nothing was measured yet" in said(at) and "llmrec evaluate tiny" in said(at)
    assert not at.metric and not at.get("plotly_chart")


def test_a_kept_evaluation_is_shown_with_its_protocol_and_marks(built_study):
    """The blend is right for all 24, plain EASE for 12: better beyond luck, and twice as good."""
    keep(built_study)
    at = open_page(PAGE, study="tiny")
    figures = {metric.label: metric.value for metric in at.metric}
    assert figures["Blend"] == "1.0000" and figures["Blend / plain EASE"] == "2.00"
    rows = _table(at).set_index("Recipe")
    assert list(rows.index) == list(ROWS)
    assert rows.loc["blend", ""] == "▲" and rows.loc["popularity", ""] == "▼"
    assert rows.loc[BASELINE, ""] == "" and rows.loc["blend", "Difference"] == 0.5
    assert "Protocol temporal" in said(at) and "for 24 users" in said(at)
    assert at.get("plotly_chart")


def test_all_metrics_stand_behind_a_toggle_and_another_reference_can_be_taken(built_study):
    """Against the blend everything else is worse."""
    keep(built_study)
    at = open_page(PAGE, study="tiny")
    at.selectbox(key="evaluation_reference").set_value("blend")
    at = sound(at.toggle(key="evaluation_every").set_value(True).run())
    rows = _table(at).set_index("Recipe")
    assert (rows.drop("blend")[""] == "▼").all() and rows.loc["blend", ""] == ""


def test_the_latest_comes_first_and_a_new_one_is_shown_when_it_comes(built_study):
    """What was chosen stays until there is something newer; a removed one is gone for good."""
    old = keep(built_study)
    at = open_page(PAGE, study="tiny")
    new = keep(built_study, encoder_key="b")
    at = sound(at.run())
    assert at.selectbox(key="evaluation").value == new
    at = sound(at.selectbox(key="evaluation").set_value(old).run())
    assert at.selectbox(key="evaluation").value == old
    at = sound(at.button(key="evaluation_remove_go").click().run())
    assert [one.key for one in stored.listing(built_study)] == [new]
    assert at.selectbox(key="evaluation").value == new


def test_a_hostile_name_is_text(built_study):
    """It is kept, shown as it was typed in no markup, and no spreadsheet runs it."""
    key = keep(built_study, result(encoder="<b>:smile:</b>"))
    at = open_page(PAGE, study="tiny")
    at.text_input(key=f"evaluation_name_{key}").set_value("=1+1 <script>**x**")
    at = sound(at.button(key="evaluation_rename_go").click().run())
    assert stored.listing(built_study)[0].name == "=1+1 <script>**x**"
    label = at.selectbox(key="evaluation").options[0]
    assert "<script>" not in label and "**" not in label and "script" in label
    every = next(t for t in tables(at) if "Name" in t.columns)
    assert every["Name"][0].startswith("'=1+1")
    assert "<b>" not in said(at)


def test_a_damaged_evaluation_is_told_and_can_be_removed(built_study):
    """The others stay within reach."""
    good = keep(built_study)
    bad = keep(built_study, encoder_key="b")
    folder = built_study.folder / "artefacts" / "evaluations"
    (path,) = folder.glob(f"{bad}.*.npz")
    path.write_bytes(b"x" * path.stat().st_size)
    at = AppTest.from_file(open_page.__globals__["APP"], default_timeout=60)
    at.query_params["evaluation"] = bad
    at.run().switch_page(PAGE).run()
    assert not at.exception and "is damaged" in at.error[0].value
    path.with_name(f"{bad}.json").write_text("{")
    at.run()
    assert not at.exception and "is damaged" in at.error[0].value
    at.button(key="evaluation_remove_go").click().run()
    assert [one.key for one in stored.listing(built_study)] == [good]


def test_figures_of_earlier_data_say_so(built_study):
    """They are shown, for they were true of what was there."""
    keep(built_study, data="another import")
    assert "imported anew since" in said(open_page(PAGE, study="tiny"))


def test_measuring_is_a_child_with_progress_that_can_be_cancelled(
    built_study, monkeypatch: pytest.MonkeyPatch
):
    """The command gets protocol, signals and encoder as they stand there; one at a time."""
    begun = []
    waiting = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(
        evaluation_job, "_command", lambda name, more: begun.append((name, more)) or waiting
    )
    at = open_page(PAGE, study="tiny")
    at.selectbox(key="evaluate_protocol").set_value("random")
    at.multiselect(key="evaluate_signals").set_value(["popularity", "taste"])
    at.text_input(key="evaluate_encoder").set_value(" --x ")
    try:
        at = sound(at.button(key="evaluate_start").click().run())
        assert begun == [
            ("tiny", ["--protocol=random", "--signals=taste,popularity", "--encoder=--x"])
        ]
        assert evaluation_job.job(built_study).running and at.get("progress")
        assert at.button(key="evaluate_start").disabled
        at.button(key="evaluate_cancel").click().run()
        evaluation_job.job(built_study).end()
        assert not at.run().button(key="evaluate_start").disabled
    finally:
        evaluation_job.job(built_study).end()


def test_what_a_build_takes_is_asked_for_as_such(built_study, monkeypatch: pytest.MonkeyPatch):
    """Without a choice the command is told «auto», so that one name means one thing."""
    begun = []
    monkeypatch.setattr(evaluation_job, "start", lambda study, more: begun.append(more))
    at = open_page(PAGE, study="tiny")
    at.button(key="evaluate_start").click().run()
    at.multiselect(key="evaluate_signals").set_value([])
    at.button(key="evaluate_start").click().run()
    assert begun == [["--protocol=temporal", "--signals=auto"]] * 2


def test_the_reason_of_a_failure_is_shown(built_study, monkeypatch: pytest.MonkeyPatch):
    """What the command says last stands on the page."""
    code = "import sys; print('llmrec: The protocol needs times.', file=sys.stderr); sys.exit(1)"
    monkeypatch.setattr(evaluation_job, "_command", lambda *_: [sys.executable, "-c", code])
    evaluation_job.start(built_study, [])
    while evaluation_job.job(built_study).running:
        pass
    at = AppTest.from_file(open_page.__globals__["APP"], default_timeout=60)
    at.run().switch_page(PAGE).run()
    words = "The evaluation failed: The protocol needs times."
    assert not at.exception and at.error[0].value.replace("\\", "") == words


def test_an_undecided_difference_has_its_own_mark():
    """Nothing is called better on a p that luck explains, nor where nothing is defined."""
    from llmrec_core.metrics import Paired

    one = Paired(9, 0.1, (0.0, 0.2), 5.0, 0.2, 0.2, 0.2, 0.2)
    assert evaluation_view.mark(one) == "≈" and evaluation_view.mark(None) == ""


def test_slices_are_shown_by_recipe_and_can_be_divided_otherwise(built_study):
    """Of 24 users with 3 to 26 training items, six are above 20: the blend is right for them too.
    """
    keep(built_study)
    at = open_page(PAGE, study="tiny")
    table = next(t for t in tables(at) if "Slice" in t.columns)
    assert table["Slice"].str.startswith("regular").sum() == 1
    row = table[table["Slice"].str.startswith("regular")].iloc[0]
    assert row["Users"] == 6 and row["blend"] == 1.0 and row[BASELINE] == 0.5
    at = sound(at.multiselect(key="slices_recipes").set_value(["taste"]).run())
    table = next(t for t in tables(at) if "Slice" in t.columns)
    assert list(table.columns) == ["Slice", "Users", "taste"]


def test_what_was_measured_beyond_the_rows_has_a_tab(built_study):
    """Nothing is pretended: without a cold curve there is no tab for it."""
    keep(built_study)
    at = open_page(PAGE, study="tiny")
    assert [tab.label.split(": ")[1] for tab in at.tabs] == ["Slices"]
    found = result(encoder="b")
    found.document["cold_curve"] = {
        "metric": "ndcg@10", "known": ["0", "1"], "users": 4,
        "rows": [{"recipe": "<b>", "values": [0.1, 0.2], "intervals": [[0, 0.2], [0.1, 0.3]]}],
    }
    found.document["new_items"] = {
        "metric": "ndcg@10", "items": 5, "users": 9,
        "rows": [{"recipe": "random", "value": 0.1, "interval": [0.0, 0.2]}],
    }
    keep(built_study, found, cold=True)
    at = sound(at.run())
    assert [tab.label.split(": ")[1] for tab in at.tabs] == [
        "Slices", "Few interactions", "New items"
    ]


def test_the_published_table_stands_beside_ours_where_the_data_are_the_same(built_study):
    """The number of rows tells the data: on others no published figure is shown."""
    chosen = protocol.named("microsoft-100k")
    for rows, tabs in ((312, ["Slices"]), (100_000, ["Slices", "Published table"])):
        found = result(encoder=f"of {rows}", chosen=chosen)
        found.document["data"]["all_rows"] = rows
        keep(built_study, found, chosen=chosen, rows=rows)
        at = sound(open_page(PAGE, study="tiny"))
        assert [tab.label.split(": ")[1] for tab in at.tabs] == tabs
    frame = evaluation_more.published_frame(beside(found.document)).set_index("Model")
    assert frame.loc["BiVAE", "Whose"] == "published" and frame.loc["blend", "of"] == "BiVAE"
    assert frame.loc["blend", "Times"] == 1.0 / frame.loc["BiVAE", "nDCG@10"]


def test_the_lines_drawn_first_are_the_best_where_most_is_known():
    """Not where a sentence was typed; what suits people of few rows is always among them."""
    rows = {"a": [0, 4, 9], "b": [0, 5, 0], "c": [0, 3, 8], "d": [0, 1, 7], "popularity": [0, 0, 0],
            "blend": [0, 9, 9], KNOWING: [0, 9, 9]}  # fmt: skip
    listed = [{"recipe": name, "values": values} for name, values in rows.items()]
    found = {"known": ["0", "10", "one typed sentence"], "rows": listed}
    assert evaluation_more.cold_drawn(found) == {"a", "b", "c", "popularity", KNOWING}
