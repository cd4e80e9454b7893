"""Kept evaluations: what was measured comes back, whole or not at all, under the name it was given.
"""

import json
from dataclasses import replace

import numpy as np
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import lock, progress, protocol
from llmrec_core.behaviour import Filters
from llmrec_core.errors import DamagedArtefactError, InputError, MissingArtefactError, StudioError
from llmrec_core.evaluate import stored, whole
from llmrec_core.evaluate.lines import extra_lines
from llmrec_core.evaluate.result import Result
from llmrec_core.study import Study
from llmrec_core.texts import Texts

TEMPORAL = protocol.named("temporal")
NAMES = ("taste", "popularity")


@pytest.fixture
def study(tmp_path):
    return Study.create("tiny", world.write_files(tmp_path / "files"), where=tmp_path / "home")


def result(value=0.25, users=("u0", "u1")):
    """Two users of whom the first one got all, the second one nothing."""
    rows = [{"recipe": name, "metrics": {"ndcg@10": v, "auc": float("nan")}, "intervals": {},
             "seconds": 1.0, "settings": {}} for name, v in (("taste", 0.1), ("blend", value))]
    document = {"protocol": TEMPORAL.card(), "rows": rows, "encoder": "fake", "writer": "template"}
    values = {"ndcg@10": np.array([1.0, 0.0]), "auc": np.array([np.nan, 0.5])}
    lists = np.array([[3, 1], [2, -1]], np.int32)
    return Result(
        document, np.array(users, object), {"blend": lists}, {"blend": values},
        held_out=np.array([[0, 3], [1, 0]]), counts=np.array([5, 2, 1, 4]),
        history=np.array([7, 3]), mainstream=np.array([0.75, np.nan]),
    )


def asked(**changes):
    made = stored.asked_of(TEMPORAL, "fake-32", NAMES, {})
    return replace(made, **changes)


def test_what_was_kept_comes_back(study):
    """The document with its undefined figures, the ids, the lists and every user's values."""
    key = stored.save(study, asked(), "data", result(), read=("about", "plot"), seconds=2.5)
    found = stored.load(study, key)
    assert np.isnan(found.document["rows"][0]["metrics"].pop("auc"))
    assert found.document["rows"][0]["metrics"] == {"ndcg@10": 0.1}
    assert found.user_ids.tolist() == ["u0", "u1"]
    assert found.lists["blend"].tolist() == [[3, 1], [2, -1]]
    np.testing.assert_array_equal(found.per_user["blend"]["auc"], np.float32([np.nan, 0.5]))
    np.testing.assert_array_equal(found.mainstream, [0.75, np.nan])
    assert found.held_out.tolist() == [[0, 3], [1, 0]] and found.counts.tolist() == [5, 2, 1, 4]
    (one,) = stored.listing(study)
    assert (one.protocol, one.encoder, one.value, one.seconds) == ("temporal", "fake", 0.25, 2.5)
    assert (one.signals, one.fields, one.problem) == (NAMES, ("about", "plot"), "")


def test_the_name_covers_all_that_determines_the_figures(study):
    """Another protocol, encoder, set of signals, option or data is kept beside, the same replaced.
    """
    other = protocol.named("random").document()
    for change in ({}, {"protocol": other}, {"encoder": "e"}, {"signals": ("taste",)},
                   {"more": {"control": True}}):  # fmt: skip
        stored.save(study, asked(**change), "data", result())
    stored.save(study, asked(), "other data", result())
    assert len(stored.listing(study)) == 6
    stored.save(study, asked(), "data", result(0.5))
    assert sorted(one.value for one in stored.listing(study))[-2:] == [0.25, 0.5]


def test_comparable_are_equal_splits_of_equal_users(study):
    """The encoder and the signals change neither; seed and data change the split, users users."""
    stored.save(study, asked(), "data", result())
    stored.save(study, asked(encoder="e", signals=("taste",)), "data", result())
    one, other = stored.listing(study)
    assert (one.split, one.users) == (other.split, other.users)
    seeded = replace(TEMPORAL, split=replace(TEMPORAL.split, seed=7)).document()
    stored.save(study, asked(protocol=seeded), "data", result())
    stored.save(study, asked(), "other", result(users=("u0", "u9")))
    assert len({found.split for found in stored.listing(study)}) == 3
    assert len({found.users for found in stored.listing(study)}) == 2


def test_a_name_is_kept_in_the_journal_and_outlives_its_evaluation(study):
    """Removed and measured again, it is called what it was called; nothing is no name."""
    key = stored.save(study, asked(), "data", result())
    stored.rename(study, key, "  first\ntry ")
    stored.rename(study, key, "<b>best</b>")
    assert stored.listing(study)[0].name == "<b>best</b>"
    stored.remove(study, key)
    assert stored.listing(study) == []
    with pytest.raises(MissingArtefactError):
        stored.load(study, key)
    stored.save(study, asked(), "data", result())
    assert stored.listing(study)[0].name == "<b>best</b>"
    with pytest.raises(InputError, match="name is empty"):
        stored.rename(study, key, "  ")


def test_a_damaged_one_is_refused_and_can_be_removed(study):
    """One wrong byte, or half a card: a sentence with the remedy, and the others are listed."""
    key = stored.save(study, asked(), "data", result())
    stored.save(study, asked(encoder="e"), "data", result())
    (data,) = (study.folder / "artefacts" / "evaluations").glob(f"{key}.*.npz")
    data.write_bytes(data.read_bytes()[:-1] + b"x")
    with pytest.raises(DamagedArtefactError, match=f"{key} is damaged or"):
        stored.load(study, key)
    data.with_name(f"{key}.json").write_text('{"schema": 1')
    assert [one.problem != "" for one in stored.listing(study)] == [False, True]
    stored.remove(study, key)
    assert [one.problem for one in stored.listing(study)] == [""]


def run(study, **more):
    return whole.evaluate_study(
        study, TEMPORAL, Texts(FakeEncoder(), None), names=NAMES, **more
    )


def test_an_evaluation_tells_how_far_it_is_and_is_kept(study):
    """Every step of the run is written to the study's file; the kept rows are those it returned."""
    said = []

    def tell(stage, done, total):
        state = progress.read(study.folder / whole.PROGRESS)
        said.append((state.stages_done, stage))
        assert lock.taken(study.folder / whole.LOCK)

    found = run(study, tell=tell)
    assert [number for number, _ in said] == sorted(number for number, _ in said)
    assert {whole.PHASES[number] for number, _ in said} >= {"choosing settings", "ranking"}
    assert progress.read(study.folder / whole.PROGRESS).status == progress.DONE
    (one,) = stored.listing(study)
    again = stored.load(study, one.key)
    assert [r["recipe"] for r in again.document["rows"]] == [
        r["recipe"] for r in found.document["rows"]
    ]
    assert set(again.per_user) == set(found.per_user) and one.fields == ("about", "plot")
    values = found.per_user["blend"]["ndcg@10"]
    np.testing.assert_allclose(again.per_user["blend"]["ndcg@10"], values, rtol=1e-6)


def test_a_second_one_at_a_time_is_measured_untold(study):
    """The file says what the first one does; the second one's figures are kept all the same."""
    with lock.alone(study.folder, whole.LOCK):
        run(study)
    assert not (study.folder / whole.PROGRESS).exists() and len(stored.listing(study)) == 1


def test_one_that_is_stopped_or_fails_says_so_and_keeps_nothing(study):
    """The page reads the reason from the file."""
    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(study, tell=stop)
    assert progress.read(study.folder / whole.PROGRESS).status == progress.CANCELLED

    def fail(*_):
        raise StudioError("The model is gone.")

    with pytest.raises(StudioError):
        run(study, tell=fail)
    state = progress.read(study.folder / whole.PROGRESS)
    assert (state.status, state.message) == (progress.FAILED, "The model is gone.")
    assert stored.listing(study) == []


def test_data_that_change_under_an_evaluation_are_not_measured(study, monkeypatch):
    """Rows of one import are never kept under the name of another."""
    names = iter(["before", "after"])
    monkeypatch.setattr(stored, "content_key", lambda _: next(names))
    with pytest.raises(StudioError, match="imported anew just now"):
        run(study)


def test_a_step_that_begins_anew_is_timed_anew(tmp_path):
    """Steps of one stage share a clock, which starts again where the count does."""
    report = progress.Reporter(tmp_path / "p.json", 3)
    report.say("choosing: a", 1, 0, 4)
    began = report.state.stage_started
    report.say("choosing: b", 1, 1, 4)
    assert report.state.stage_started == began
    report.say("choosing: b", 1, 0, 4)
    assert report.state.stage_started > began
    report.say("item texts", 0, 1, 1)
    assert json.loads((tmp_path / "p.json").read_text())["stages_done"] == 1


def test_a_step_that_nobody_foresaw_is_told_where_it_happens(tmp_path):
    """It neither ends the progress nor takes it back."""
    report = progress.Reporter(tmp_path / "p.json", len(whole.PHASES))
    told = []
    for step in ("choosing settings: taste", "descriptions of people with few rows", "descriptions",
                 "fitting taste", "ranking", "cold curve"):  # fmt: skip
        report.say(step, whole.phase(step), 0, 1)
        told.append(whole.PHASES[report.state.stages_done])
    assert told == ["choosing settings", "choosing settings", "descriptions", "fitting", "ranking",
                    "ranking"]  # fmt: skip


def test_what_suits_the_rows_is_tried_and_said(study):
    """iALS is spared beside EASE and says why; what was tried is part of the kept one's name."""
    texts = Texts(FakeEncoder(), None)
    one = whole.evaluate_study(study, TEMPORAL, texts, names="auto,-sequence,-bpr,-puresvd")
    assert "ials" in one.document["offered"] and "ials" not in one.document["tried"]
    assert "collaborative" in one.document["tried"]
    assert any("iALS: Not tried" in line for line in extra_lines(one.document))
    (kept,) = stored.listing(study)
    card = study.artefacts.card(stored.STAGE, kept.key)
    assert card["recipe"]["more"] == {"tried": one.document["tried"]} and kept.more == ()


def test_filters_that_do_not_count_are_said(study):
    """A published table's rows are given: the study's own filters are left aside, in words."""
    texts = Texts(FakeEncoder(), None)
    given = replace(TEMPORAL, published="theirs: .5", filters=Filters(min_value=2.0))
    result = whole.evaluate_study(study, given, texts, names=NAMES)
    assert any("filters of the study tiny do not count" in x for x in extra_lines(result.document))
    plain = whole.evaluate_study(study, TEMPORAL, texts, names=NAMES)
    assert "filters" not in plain.document
