"""Evaluation: nothing held out is read, all rows are there, figures are the formula."""

import json

import numpy as np
import pandas as pd
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import behaviour, describe, protocol, signals, tables, tune
from llmrec_core.behaviour import Split
from llmrec_core.errors import InputError
from llmrec_core.evaluate import BASELINE, evaluate
from llmrec_core.evaluate.bench import WITHOUT
from llmrec_core.profile import ValueScale
from llmrec_core.steer import center_of
from llmrec_core.texts import Texts

TEMPORAL = protocol.named("temporal")


def tables_of(interactions, items=None):
    users = tables.Users(pd.DataFrame({tables.USER: sorted(set(interactions[tables.USER]))}))
    return tables.Tables(tables.Interactions(interactions), items or world.items(), users)


def run(interactions=None, chosen=TEMPORAL):
    rows = world.interactions() if interactions is None else interactions
    return evaluate(tables_of(rows), chosen, Texts(FakeEncoder(), None)).document


def run_and_read(*given, **more):
    """(the document, every list of descriptions that was written meanwhile, in order)."""
    out, real = [], describe.write_all
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(describe, "write_all", lambda *args: out.append(real(*args)) or out[-1])
        return run(*given, **more), out


@pytest.fixture(scope="module")
def found_and_written():
    """The tiny world under temporal: most tests look at this one run."""
    return run_and_read()


@pytest.fixture(scope="module")
def found(found_and_written):
    return found_and_written[0]


def parts_of(chosen):
    """(all rows, training rows, test rows) of the world under a protocol."""
    frame = world.interactions()
    rows = behaviour.from_tables(frame, world.items().frame, chosen.filters)
    return rows, *behaviour.split(rows, chosen.split)


@pytest.mark.parametrize("name", ["temporal", "microsoft-100k", "leave-last-out"])
def test_no_sentence_was_written_from_a_held_out_row(found_and_written, name):
    """Validation descriptions see inner rows only, the final ones training rows only."""
    chosen = protocol.named(name)
    _, written = found_and_written if chosen == TEMPORAL else run_and_read(chosen=chosen)
    _, train, test = parts_of(chosen)
    recipes = tune.splits_like(chosen.validation, chosen.draws)
    assert len(written) == len(recipes) + 1
    for descriptions, recipe in zip(written, [*recipes, None], strict=True):
        held = set(test.row)
        if recipe is not None:
            held |= set(behaviour.split(train, recipe)[1].row)
        cited = {row for d in descriptions for s in d.sentences for row in s.rows}
        assert cited
        assert not cited & held


def test_what_was_held_out_changes_no_sentence(found_and_written):
    """Turning every held-out rating round and moving it to another item changes no word."""
    _, _, test = parts_of(TEMPORAL)
    frame = world.interactions()
    frame.loc[test.row, tables.VALUE] = 6 - frame.loc[test.row, tables.VALUE]
    frame.loc[test.row, tables.ITEM] = np.roll(frame.loc[test.row, tables.ITEM], 7)
    assert run_and_read(frame)[1] == found_and_written[1] != []


def test_every_signal_the_blend_and_plain_ease_have_a_row(found):
    """The baseline is EASE with its penalty chosen and nothing else."""
    rows = {row["recipe"]: row for row in found["rows"]}
    tried = [name for name in signals.NAMES if name in found["weights"]]
    assert {"description", "taste", "collaborative", "popularity"} <= set(tried)
    assert list(rows) == [*tried, BASELINE, "blend", "blend, steerable", WITHOUT]
    plain = rows[BASELINE]["settings"]
    assert plain["reg"] in signals.known("collaborative").module.GRID["reg"]
    default = signals.CollaborativeRecipe(reg=plain["reg"]).document()
    assert plain == default
    assert rows["blend"]["settings"] == {"weights": found["weights"]}
    assert rows["blend, steerable"]["settings"] == {"weights": found["steerable"]}


def test_where_ease_is_spared_there_is_no_row_of_it_and_no_search(monkeypatch):
    """A large catalogue: nobody asked for EASE, so none is fitted, and settings are defaults."""
    kinds, fit = [], signals.fit

    def watched(name, *given, **more):
        kinds.append(name)
        return fit(name, *given, **more)

    monkeypatch.setattr(signals, "fit", watched)
    monkeypatch.setattr("llmrec_core.signals.offers.MOST_ITEMS", 5)
    monkeypatch.setattr("llmrec_core.choosing.MOST_SEARCHED", 5)
    frame = world.interactions()
    found = evaluate(
        tables_of(frame), TEMPORAL, Texts(FakeEncoder(), None), names=("taste", "popularity"),
    ).document
    rows = {row["recipe"]: row for row in found["rows"]}
    assert BASELINE not in rows and "blend" in rows and set(kinds) == {"taste", "popularity"}
    assert rows["taste"]["settings"] == signals.DEFAULTS["taste"].document()
    assert "plain EASE" not in found["significance"]["references"]


def test_the_blend_without_the_description_is_the_best_of_the_others(found):
    """Weights of their own, not the blend's with a nought; its worth is the difference of rows."""
    rows = {row["recipe"]: row["metrics"]["ndcg@10"] for row in found["rows"]}
    settings = next(row["settings"] for row in found["rows"] if row["recipe"] == WITHOUT)
    assert settings == {"weights": found["without"]} and any(found["without"].values())
    assert set(found["without"]) == set(found["weights"]) - {"description"}
    assert set(found["worth"]) == {"blend", "blend, steerable"}
    for name, gain in found["worth"].items():
        assert gain["points"] == pytest.approx(rows[name] - rows[WITHOUT], abs=1e-9)


def test_lessons_of_the_last_fit_are_centred_as_in_a_build():
    """On the sentences written from all training rows, not on those of a validation fold."""
    seen = []

    class Look:
        def check(self, data):
            pass

        def rows(self, bench):
            seen.append(bench)
            return [], {}

    texts = Texts(FakeEncoder(), None)
    evaluate(tables_of(world.interactions()), TEMPORAL, texts, extras=[Look()])
    bench = seen[0]
    said = ["Likes space titles.", "Likes romance titles."]
    expected, _ = texts.sentences(said, center_of(bench.profiles, texts))
    assert np.array_equal(bench.data.items.lessons.sentences, expected)
    raw, _ = texts.sentences(said, np.zeros(expected.shape[1], np.float32))
    assert not np.allclose(bench.data.items.lessons.sentences, raw)
    told = bench.retold(bench.profiles, np.zeros(expected.shape[1], np.float32))
    assert np.array_equal(told["description"].items.lessons.sentences, raw)


def test_the_card_says_what_the_figures_mean(found):
    """Filter, split, candidates, gain, seed, and how many rows and users there were."""
    card = found["protocol"]
    assert card["split"]["kind"] == "last_share"
    assert card["split"]["share"] == 0.2
    assert "but the user's training items" in card["candidates"]
    _, train, test = parts_of(TEMPORAL)
    assert found["data"]["training_rows"] == len(train)
    assert found["data"]["held_out_rows"] == len(test)
    assert found["data"]["test_users"] == world.N


def test_figures_are_finite_and_lie_in_their_intervals(found):
    """Every metric of every row; shares are at most 1, novelty is in bits: log2 of the users, and
    diversity 2, where all items point apart."""
    for row in found["rows"]:
        assert row["seconds"] >= 0
        for name, (low, high) in row["intervals"].items():
            most = {"novelty@10": np.log2(world.N), "diversity@10": 2}.get(name, 1)
            assert 0 <= low <= row["metrics"][name] <= high <= most
    json.dumps(found)


def test_popularitys_figure_is_the_formula_by_hand(found):
    """Counts of training rows, seen items left out, ties by id, DCG over the ideal DCG."""
    _, train, test = parts_of(TEMPORAL)
    counts = train.counts()
    worth = []
    for user in range(world.N):
        seen = set(train.item[train.user == user])
        wanted = set(test.item[test.user == user])
        ranked = sorted(set(range(world.N)) - seen, key=lambda i: (-counts[i], i))[:10]
        gain = sum(1 / np.log2(k + 2) for k, item in enumerate(ranked) if item in wanted)
        ideal = sum(1 / np.log2(k + 2) for k in range(min(10, len(wanted))))
        worth.append(gain / ideal)
    row = next(r for r in found["rows"] if r["recipe"] == "popularity")
    assert row["metrics"]["ndcg@10"] == pytest.approx(np.mean(worth), rel=1e-9)


def test_those_who_read_beat_popularity(found):
    """In a world of two kinds every personal signal knows which is whose."""
    ndcg = {row["recipe"]: row["metrics"]["ndcg@10"] for row in found["rows"]}
    for name in ("description", "taste", "collaborative", BASELINE, "blend"):
        assert ndcg[name] > ndcg["popularity"], name


def test_an_evaluation_is_the_same_every_time(found):
    """All figures, settings and intervals; only the seconds differ."""
    def timeless(document):
        rows = [{k: v for k, v in row.items() if k != "seconds"} for row in document["rows"]]
        return {**document, "rows": rows, "seconds_choosing": 0}

    assert timeless(run()) == timeless(found)


def test_a_study_too_small_is_refused_with_what_to_do():
    """Nobody has a row to hold out; or the training rows leave none to choose on."""
    lone = world.interactions().drop_duplicates(tables.USER).reset_index(drop=True)
    with pytest.raises(InputError, match="holds out no row of 24: users need more"):
        run(lone)
    few = world.interactions().groupby(tables.USER).head(5).reset_index(drop=True)
    with pytest.raises(InputError, match="leaves no row to choose settings on"):
        run(few)


def test_an_unknown_protocol_lists_those_there_are():
    """By name."""
    with pytest.raises(InputError, match="no protocol 'best': choose one of temporal, micro"):
        protocol.named("best")


@pytest.mark.parametrize("name", list(protocol.PROTOCOLS))
def test_test_and_validation_rows_never_meet(name):
    """Whatever the protocol: the rows that judge were in no hand that chose."""
    chosen = protocol.named(name)
    rows, train, test = parts_of(chosen)
    assert set(train.row) | set(test.row) == set(rows.row)
    assert not set(train.row) & set(test.row)
    for recipe in tune.splits_like(chosen.validation, chosen.draws):
        inner, held = behaviour.split(train, recipe)
        assert not set(held.row) & set(inner.row)
        assert set(held.row) <= set(train.row)


def test_the_scale_of_ratings_comes_from_training_rows(monkeypatch):
    """A rating of a million among the held-out rows squeezes nobody's level."""
    _, train, test = parts_of(TEMPORAL)
    frame = world.interactions()
    frame.loc[test.row, tables.VALUE] = 1e6
    seen = []
    real = ValueScale.of.__func__
    monkeypatch.setattr(
        ValueScale, "of", classmethod(lambda cls, v: seen.append(real(cls, v)) or seen[-1])
    )
    run(frame)
    assert {scale.high for scale in seen} == {5.0}


def test_seeds_of_test_and_validation_differ():
    """A random split drawn twice from one seed would hold out the same draws again."""
    for chosen in protocol.PROTOCOLS.values():
        assert chosen.split.seed != chosen.validation.seed
        assert isinstance(chosen.split, Split)


def test_a_held_out_pair_that_training_has_is_no_target(found):
    """No list can hold it; the figures say how many there were."""
    rows = world.interactions()
    first = rows.groupby(tables.USER).head(1).assign(timestamp=9_000_000)  # met again at the end
    twice = pd.concat([rows, first], ignore_index=True).astype(rows.dtypes)
    again = run(twice, protocol.named("temporal"))
    assert again["data"]["held_out_pairs_known_from_training"] == world.N
    assert found["data"]["held_out_pairs_known_from_training"] == 0
