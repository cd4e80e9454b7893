"""The compare page: like with like only, the front, what is beyond luck, and who is served better.
"""

from __future__ import annotations

from dataclasses import replace

from llmrec_core.behaviour import Split, SplitKind
from llmrec_core.evaluate.bench import BASELINE
from llmrec_core.evaluate.comparing import DOUBT
from llmrec_core.ui import compare_users
from tests.pages.measured import ROWS, TEMPORAL, USERS, keep, result
from tests.pages.recommending import open_page, said, sound, tables

PAGE = "pages/measure/compare.py"


def _table(at):
    return next(t for t in tables(at) if "Front" in t.columns)


def _users(at):
    return next(t for t in tables(at) if "User" in t.columns)


def test_without_evaluations_there_is_a_way_on(built_study):
    """Nothing to compare is said, with the page that measures."""
    at = open_page(PAGE, study="tiny")
    assert "nothing to compare" in said(at) and not tables(at)


def test_one_evaluation_is_compared_row_by_row(built_study):
    """Taste covers less than the blend and is worse: the blend alone is on the front."""
    keep(built_study)
    at = open_page(PAGE, study="tiny")
    rows = _table(at).set_index("Recipe")
    assert list(rows.index) == list(ROWS)
    assert rows["Front"].to_dict() == {"taste": "", "popularity": "", BASELINE: "", "blend": "★"}
    assert rows.loc["blend", ""] == "▲" and rows.loc["taste", "Kind"] == "mapped text"
    assert rows.loc["blend", "Settings"] == "taste 0.5"
    assert at.get("plotly_chart") and "Protocol temporal" in said(at)


def test_two_encoders_stand_side_by_side_and_a_hostile_name_is_text(built_study):
    """Every row says whose it is; the difference is user by user over both evaluations."""
    keep(built_study)
    keep(built_study, result(encoder="=<b>big</b>", coverage=0.1), encoder_key="big")
    rows = _table(open_page(PAGE, study="tiny"))
    assert len(rows) == 2 * len(ROWS) and set(rows["Encoder"]) == {"fake", "'=<b>big</b>"}
    blends = rows[rows["Recipe"].str.startswith("blend")]
    assert sorted(blends["Difference"]) == [0.5, 0.5] and list(rows["Front"]).count("★") == 1


def test_other_rows_and_other_users_are_refused_in_words(built_study):
    """They are not chosen by themselves; chosen by hand, the page says why they are left out."""
    other = replace(TEMPORAL, split=Split(kind=SplitKind.LAST_SHARE, share=0.4))
    splits = keep(built_study, chosen=other)
    users = keep(built_study, result(users=[f"x{u}" for u in USERS]), encoder_key="x")
    moved = keep(built_study, data="an earlier import")
    good = keep(built_study)
    at = open_page(PAGE, study="tiny")
    box = at.multiselect(key="compare_tiny_temporal")
    assert box.value == [good] and len(_table(at)) == len(ROWS) and not at.warning
    at = sound(box.set_value([good, splits, users, moved]).run())
    why = " ".join(w.value.replace("\\", "") for w in at.warning)
    assert "other rows were held out" in why and "measured on other users" in why
    assert "imported anew between them" in why and len(_table(at)) == len(ROWS)


def test_two_protocols_are_never_in_one_table(built_study):
    """Only those of the chosen protocol can be chosen."""
    keep(built_study, chosen=replace(TEMPORAL, name="random", about="a random fifth"))
    keep(built_study)
    at = open_page(PAGE, study="tiny")
    assert at.selectbox(key="compare_protocol").options == ["temporal", "random"]
    assert len(at.multiselect(key="compare_tiny_temporal").options) == 1
    at = sound(at.selectbox(key="compare_protocol").set_value("random").run())
    assert "Protocol random" in said(at)


def test_a_damaged_one_is_left_out_with_its_reason(built_study):
    """The page stays with the others."""
    bad = keep(built_study, encoder_key="b")
    keep(built_study)
    (path,) = (built_study.folder / "artefacts" / "evaluations").glob(f"{bad}.*.npz")
    path.write_bytes(b"x" * path.stat().st_size)
    at = sound(open_page(PAGE, study="tiny"))
    assert "is damaged" in at.warning[0].value and len(_table(at)) == len(ROWS)


def test_who_is_served_better_is_named_and_linked(built_study):
    """The blend is right for all, plain EASE for even users: the odd ones are better off."""
    keep(built_study)
    at = open_page(PAGE, study="tiny")
    odd = [f"for_one_user?study=tiny&user=u{u:02d}" for u in range(1, 24, 2)]
    assert _users(at)["User"].tolist() == odd and (_users(at)["Difference"] == 1.0).all()
    assert "serves 12 of 24 users better" in said(at) and "0 worse, 12 alike" in said(at)
    likes = next(t for t in tables(at) if "Items" in t.columns)
    assert likes["Value"][0] in ("romance", "Bea")  # what odd users like
    at.selectbox(key="compare_one").set_value("popularity")
    at = sound(at.run())
    assert "serves 0 of 24 users better" in said(at) and "11 worse" in said(at)


def test_kinds_of_recipe_can_be_left_out(built_study):
    """The table holds what is wanted; the front is that of what is left."""
    keep(built_study)
    at = open_page(PAGE, study="tiny")
    at = sound(at.pills(key="compare_kinds").set_value(["mapped text", "baseline"]).run())
    assert set(_table(at)["Recipe"]) == {"taste", BASELINE}
    assert _table(at).set_index("Recipe").loc[BASELINE, "Front"] == "★"


def test_a_slice_is_named_by_what_is_known():
    """The bins are those of the slices."""
    assert [compare_users.slice_of(n) for n in (0, 5, 6, 100, 101)] == [
        "cold", "cold", "light", "regular", "heavy"
    ]


def test_marks_are_those_of_the_rows_that_stand_there(built_study):
    """What was tested among two rows is tested anew among four, and on the evaluation page."""
    keep(built_study)
    at = open_page(PAGE, study="tiny")
    kinds = at.pills(key="compare_kinds")
    at = sound(kinds.set_value(["mapped text", "baseline"]).run())
    at = sound(at.selectbox(key="compare_reference").set_value("taste").run())
    few = _table(at).set_index("Recipe")
    at = sound(at.pills(key="compare_kinds").set_value(kinds.options).run())
    at = sound(at.selectbox(key="compare_reference").set_value("taste").run())
    every = _table(at).set_index("Recipe")
    assert every.loc["blend", "Difference"] == 0.75 and every.loc["blend", ""] == "▲"
    assert every["p"].count() == 3 and few["p"].count() == 1
    assert every.loc[BASELINE, "p"] > few.loc[BASELINE, "p"]
    at = open_page("pages/measure/evaluation.py", study="tiny")
    at = sound(at.selectbox(key="evaluation_reference").set_value("taste").run())
    shown = next(t for t in tables(at) if "Recipe" in t.columns).set_index("Recipe")
    assert shown["p"].count() == 3


def test_rows_of_a_recipe_that_may_have_seen_the_test_are_marked(built_study):
    """All but plain EASE, whose penalty is chosen on training rows; the page says why."""
    found = result()
    found.document["saved"] = {"name": "m", "fair": False, "words": "recipe «m» <b>may</b> flatter"}
    keep(built_study, found, recipe="m")
    at = open_page(PAGE, study="tiny")
    assert set(_table(at)["Recipe"]) == {
        BASELINE, *(f"{name} ({DOUBT})" for name in ROWS if name != BASELINE)
    }
    assert "recipe «m»" in at.warning[0].value and "\\<b" in at.warning[0].value
    at = open_page("pages/measure/evaluation.py", study="tiny")
    assert "recipe «m»" in at.warning[0].value and at.metric
    assert "recipe «m»" in at.selectbox(key="evaluation").options[0]


def test_a_fair_recipe_is_not_marked(built_study):
    """Its settings were chosen on the training rows of this protocol."""
    found = result()
    found.document["saved"] = {"name": "m", "fair": True, "words": "recipe «m»"}
    keep(built_study, found, recipe="m")
    at = open_page(PAGE, study="tiny")
    assert set(_table(at)["Recipe"]) == set(ROWS) and not at.warning
