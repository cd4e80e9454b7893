"""Search: judged on people no fit has seen, resumed where it stopped, kept under a name."""

import json
import sys
from dataclasses import replace

import numpy as np
import pytest
import world
from commands import document, refused, run
from conftest import FakeEncoder

from llmrec_core import cli, embed, lock, progress, protocol, signals, tables
from llmrec_core.behaviour import Filters, Split, split
from llmrec_core.errors import InputError, StudioError, WrongUseError
from llmrec_core.evaluate.bench import WITHOUT
from llmrec_core.evaluate.data import prepare_data
from llmrec_core.journal import Kept
from llmrec_core.profile import ValueScale, described_profiles
from llmrec_core.recommender import Recommender
from llmrec_core.search import load_saved, save_found, whole
from llmrec_core.search import search as search_for
from llmrec_core.search.space import MOST, STEP, parameters, read, settings_of
from llmrec_core.search.users import FOLDS, UserFolds
from llmrec_core.study import Study
from llmrec_core.texts import Texts

TEMPORAL = protocol.named("temporal")
NAMES = ("taste", "popularity")
BUDGET = 0.02
"""Minutes: enough for a few trials of two quick signals."""

running = sys.modules["llmrec_core.search.run"]


@pytest.fixture(scope="module")
def texts():
    return Texts(FakeEncoder(), None)


def folds_of(texts, **settings):
    """The tiny world's people, dealt."""
    rows, items = world.behaviour(), world.items()
    vectors, scale = texts.items(items), ValueScale.of(rows.value)
    return UserFolds(
        rows, Split(), lambda part: described_profiles(part, items, scale, texts),
        lambda _: signals.ItemSide(vectors.concatenated, vectors.fields), **settings,
    )


@pytest.fixture(scope="module")
def folds(texts):
    return folds_of(texts)


@pytest.fixture
def study(tmp_path):
    return Study.create("tiny", world.write_files(tmp_path / "files"), where=tmp_path / "home")


def searched(study, texts, **changes):
    return whole.search_study(
        study, changes.pop("chosen", TEMPORAL), texts, changes.pop("asked", ",".join(NAMES)),
        BUDGET, **changes
    )


# What a trial is.


@pytest.mark.parametrize("name", list(signals.SIGNALS))
def test_any_setting_survives_being_a_trial(name):
    """Recipes and weights -> parameters -> JSON -> the same recipes and weights."""
    last = {setting: options[-1] for setting, options in settings_of(name).items()}
    given = {name: replace(signals.DEFAULTS[name], **last)}
    stored = json.loads(json.dumps(parameters(given, {name: 0.35})))
    assert read(stored, [name]) == (given, {name: 0.35})


def test_the_default_is_among_what_is_tried():
    """For every signal and setting; and no option stands there twice."""
    for name in signals.SIGNALS:
        for setting, options in settings_of(name).items():
            assert getattr(signals.DEFAULTS[name], setting) in options
            assert len(set(options)) == len(options)


def test_a_signal_without_weight_has_no_settings():
    """Nothing is proposed for it, and it keeps the default's."""
    other = replace(signals.DEFAULTS["taste"], **{
        setting: options[-1] for setting, options in settings_of("taste").items()
    })
    given = parameters({"taste": other, "popularity": signals.DEFAULTS["popularity"]},
                       {"taste": 0.0, "popularity": 1.0})  # fmt: skip
    assert given == {"taste:weight": 0.0, "popularity:weight": 1.0}
    assert read(given, NAMES)[0]["taste"] == signals.DEFAULTS["taste"]


def test_a_fitted_weight_becomes_one_that_is_tried():
    """To the step of the sliders, and not above the largest."""
    recipe = {"popularity": signals.DEFAULTS["popularity"]}
    assert parameters(recipe, {"popularity": 0.333})["popularity:weight"] == round(7 * STEP, 6)
    assert parameters(recipe, {"popularity": 9.0})["popularity:weight"] == MOST


# Who judges.


def test_everybody_is_judged_once_and_is_in_no_fit_then(texts, monkeypatch):
    """Folds and those kept aside share nobody; whoever is judged was fitted on by nobody."""
    seen, real = [], signals.fit
    monkeypatch.setattr(
        signals, "fit", lambda name, profiles, *rest: seen.append(set(profiles.ids)) or
        real(name, profiles, *rest),
    )  # fmt: skip
    folds = folds_of(texts)
    dealt = np.concatenate(folds.parts)
    assert len(folds.parts) == FOLDS + 1 and len(set(dealt)) == len(dealt) == world.N
    recipes = {name: signals.DEFAULTS[name] for name in NAMES}
    for k in range(FOLDS):
        folds.worth(recipes, {"taste": 1.0, "popularity": 0.5}, k)
    folds.aside(recipes, {"taste": 1.0, "popularity": 0.5})
    assert len(seen) == len(NAMES) * (FOLDS + 1)
    everybody = set(folds.whole.ids)
    for k, part in enumerate(folds.parts):
        judged = set(folds.judges[k].profiles.ids)
        assert judged == set(folds.whole.ids[part])
        for fitted in seen[k * len(NAMES) : (k + 1) * len(NAMES)]:
            assert fitted == everybody - judged


def test_the_mean_is_that_of_the_folds_alone(folds):
    """Nobody kept aside has a say in what is chosen."""
    recipes = {"popularity": signals.DEFAULTS["popularity"]}
    worth = [folds.worth(recipes, {"popularity": 1.0}, k) for k in range(FOLDS)]
    assert folds.mean(recipes, {"popularity": 1.0}) == pytest.approx(sum(worth) / FOLDS)
    assert folds.worth(recipes, {"popularity": 0.0}, 0) == 0
    assert len(folds.aside(recipes, {"popularity": 0.0})) == len(folds.parts[FOLDS])


def test_taste_is_right_in_a_world_of_two_tastes(folds):
    """Even users take even items: strangers' later rows are foretold from their earlier ones."""
    recipes = {name: signals.DEFAULTS[name] for name in NAMES}
    assert folds.mean(recipes, {"taste": 1.0}) > 1.3 * folds.mean(recipes, {"popularity": 1.0})
    start, weights = folds.start(NAMES)
    assert start == recipes and weights["taste"] > 0


def test_the_rules_of_a_protocol_hold_in_a_search(texts):
    """Where only ratings of 4 and more count, no dislike is to be foretold."""
    def judged(inner, held_out):
        from llmrec_core.protocol.candidates import candidates

        return candidates(inner, held_out, protocol.named("cornac"))

    rows = world.behaviour()
    _, held_out = split(rows, Split())
    strict = folds_of(texts, judged=judged)
    liked = sum(int(judge.n_relevant.sum()) for judge in strict.judges)
    every = sum(int(judge.n_relevant.sum()) for judge in folds_of(texts).judges)
    assert every == len(held_out)
    assert liked == int((held_out.value >= 4).sum()) < every


def test_too_few_people_are_refused(texts):
    """A fold needs somebody to judge by."""
    rows = world.behaviour()
    few = rows.take(rows.user < 7)
    with pytest.raises(InputError, match="only 7 have enough rows"):
        UserFolds(few, Split(), lambda part: None, lambda _: None)


def test_what_the_protocol_holds_out_is_never_read(texts, monkeypatch):
    """Held-out ratings turned round and moved to other items: the same people, texts, values."""
    _, test = split(world.behaviour(), TEMPORAL.split)

    def made(frame):
        users = tables.Users(pd_users(frame))
        every = tables.Tables(tables.Interactions(frame), world.items(), users)
        data = prepare_data(every, TEMPORAL, texts, lambda *_: None)
        monkeypatch.setattr(whole._Maker, "__init__", lambda self, given: vars(self).update(
            protocol=TEMPORAL, texts=texts, say=lambda *_: None, data=given))  # fmt: skip
        return whole._Maker(data)()

    frame = world.interactions()
    one = made(frame.copy())
    frame.loc[test.row, tables.VALUE] = 6 - frame.loc[test.row, tables.VALUE]
    frame.loc[test.row, tables.ITEM] = np.roll(frame.loc[test.row, tables.ITEM], 7)
    other = made(frame)
    assert not set(one.whole.row) & set(test.row)
    assert one.whole.sentence_text == other.whole.sentence_text
    assert all(
        (a.relevant == b.relevant).all() for a, b in zip(one.judges, other.judges, strict=True)
    )
    recipes = {name: signals.DEFAULTS[name] for name in NAMES}
    assert one.mean(recipes, {"taste": 1.0}) == other.mean(recipes, {"taste": 1.0})


def pd_users(frame):
    import pandas as pd

    return pd.DataFrame({tables.USER: sorted(set(frame[tables.USER]))})


# The search.


def test_a_search_goes_on_where_it_stopped(folds, tmp_path):
    """The trials of earlier runs count; under another key they do not; the best never falls."""
    path = tmp_path / "trials.sqlite"
    one = search_for(lambda: folds, NAMES, BUDGET, path=path, key="a")
    assert one.earlier == 0 and one.trials >= 1
    two = search_for(lambda: folds, NAMES, BUDGET, path=path, key="a")
    assert two.earlier == one.trials and two.trials > one.trials
    assert two.value >= one.value >= one.begun
    assert two.history[: len(one.history)] == one.history
    assert [best for _, _, best in two.history] == sorted(best for _, _, best in two.history)
    assert search_for(lambda: folds, NAMES, BUDGET, path=path, key="b").earlier == 0


def test_a_search_begins_with_the_defaults(folds, tmp_path):
    """The first trial is what a person would have without a search, to the step of a weight."""
    found = search_for(lambda: folds, NAMES, BUDGET, path=tmp_path / "t.sqlite", key="a")
    recipes, weights = read(parameters(*folds.start(NAMES)), NAMES)
    assert found.history[0] == (0, pytest.approx(folds.mean(recipes, weights)),
                                pytest.approx(folds.mean(recipes, weights)))  # fmt: skip
    assert found.users_aside == len(folds.parts[FOLDS])
    assert found.gain[0] <= found.aside - found.begun_aside <= found.gain[1]


def test_a_stopped_trial_is_no_trial(folds, tmp_path):
    """Killed in the middle, a search has only what ended."""
    path = tmp_path / "t.sqlite"
    running.opened(path, "a").ask()
    found = search_for(lambda: folds, NAMES, BUDGET, path=path, key="a")
    assert found.earlier == 0 and found.trials == len(found.history) + found.pruned


def test_the_defaults_are_tried_though_their_first_trial_was_killed(folds, tmp_path):
    """A trial that runs for ever is given up, and the defaults come first again, but once."""
    path = tmp_path / "trials.sqlite"
    killed = running.opened(path, "k")
    killed.enqueue_trial(parameters(*folds.start(NAMES)))
    killed.ask()
    for _ in range(2):
        search_for(lambda: folds, NAMES, BUDGET, path=path, key="k")
    trials = running.opened(path, "k").trials
    defaults = parameters(*folds.start(NAMES))
    assert trials[0].state.name == "FAIL" and trials[1].state.name in ("COMPLETE", "PRUNED")
    assert trials[1].params == defaults
    assert [t.params for t in trials[1:] if "fixed_params" in t.system_attrs] == [defaults]


def test_a_search_takes_what_suits_the_rows(study, texts, monkeypatch):
    """As a build: iALS is spared beside EASE, with the reason; by name it is taken."""
    monkeypatch.setattr(whole, "search", lambda make, names, *_, **__: pytest.fail(str(names)))
    with pytest.raises(pytest.fail.Exception) as told:
        searched(study, texts, asked="auto")
    assert "'collaborative'" in str(told.value) and "'ials'" not in str(told.value)
    with pytest.raises(pytest.fail.Exception) as told:
        searched(study, texts, asked="auto,ials")
    assert "'ials'" in str(told.value)


def test_damaged_trials_are_told_with_the_way_out(folds, tmp_path):
    """They may be deleted: that is said."""
    path = tmp_path / "t.sqlite"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(StudioError, match="delete that file"):
        search_for(lambda: folds, NAMES, BUDGET, path=path, key="a")


@pytest.mark.parametrize("minutes", [0, -1, float("nan"), 1e9])
def test_a_budget_is_above_nothing(folds, tmp_path, minutes):
    """Nothing is begun without one."""
    with pytest.raises(WrongUseError, match="is none"):
        search_for(lambda: folds, NAMES, minutes, path=tmp_path / "t.sqlite", key="a")


def test_a_search_of_a_study_is_told_and_written_down(study, texts):
    """Its words belong to phases in order; what it found is there for whoever looks."""
    told = []
    found = searched(study, texts, tell=lambda words, done, total: told.append(words))
    assert whole.last_found(study) == json.loads(json.dumps(found))
    phases = [whole.TOLD.phase(words) for words in told]
    assert phases == sorted(phases) and set(phases) == {0, 1, 2, 3}
    assert progress.read(study.folder / whole.PROGRESS).status == progress.DONE
    lines = whole.found_lines(found)
    assert "users kept aside" in lines[2] and "training rows of temporal" in lines[0]


def test_seconds_are_told_as_time_left():
    """A count of seconds is no count of things."""
    state = progress.State(progress.RUNNING, "searching", 30, 90, 2, 4, 0, 0, 30, 1, timed=True)
    assert state.sentence() == "searching (3 of 4): about 60 s left"


def test_one_search_at_a_time(study, texts):
    """A second one would add its trials twice."""
    with lock.alone(study.folder, "search-trials.lock", "x"), pytest.raises(StudioError) as caught:
        searched(study, texts)
    assert "is being searched" in str(caught.value)


def test_a_damaged_find_is_none(study):
    """So is one of an older version, which has no users kept aside."""
    assert whole.last_found(study) is None
    for text in ("{", "[]", '{"weights": {}}'):
        (study.folder / whole.LAST).write_text(text)
        assert whole.last_found(study) is None


# Recipes by name.


def found_by_hand(study, **changes):
    """A find of two signals, one of them without weight."""
    recipes = {name: signals.DEFAULTS[name].document() for name in NAMES}
    recipes["taste"] |= {"level": 0.5}
    return {
        "recipes": recipes, "weights": {"taste": 0.8, "popularity": 0.0}, "protocol": "temporal",
        "rules": TEMPORAL.key(), "data": whole.content_key(study), "value": 0.5, "trials": 7,
        **changes,
    }


def test_a_recipe_comes_back_under_its_name(study):
    """Settings and weights; a signal without weight is left out; the last one saved counts."""
    saved = save_found(study, "  «x» =1+1 ", found_by_hand(study))
    assert load_saved(study, "«x» =1+1") == saved
    assert saved.weights == {"taste": 0.8} and saved.recipes["taste"].level == 0.5
    again = save_found(study, "«x» =1+1", found_by_hand(study, weights={"popularity": 1.0}))
    assert load_saved(study, "«x» =1+1") == again and again.key != saved.key
    assert study.journal.document_names(Kept.RECIPE) == ["«x» =1+1"]


def test_what_cannot_be_saved_or_found_is_said(study):
    """No name, no weight, no such recipe."""
    with pytest.raises(InputError, match="needs a name"):
        save_found(study, " ", found_by_hand(study))
    with pytest.raises(InputError, match="search for longer"):
        save_found(study, "a", found_by_hand(study, weights={"taste": 0.0}))
    save_found(study, "a", found_by_hand(study))
    with pytest.raises(InputError, match=r"no saved recipe 'b' \(saved: a\)"):
        load_saved(study, "b")


def test_unfair_figures_are_said(study, tmp_path):
    """Fair are the same protocol, the same rows that count, and the same study."""
    save_found(study, "a", found_by_hand(study))
    saved = load_saved(study, "a")
    assert saved.told(TEMPORAL)["fair"]
    told = saved.told(protocol.named("random"))
    assert not told["fair"] and "rows that random holds out" in told["words"]
    other = saved.told(replace(TEMPORAL, filters=Filters(min_value=2)))
    assert not other["fair"] and "other rows count" in other["words"]
    files = world.write_files(tmp_path / "more")
    lines = files[0].read_text().splitlines()
    files[0].write_text("\n".join(lines[:-1]))
    anew = Study.create("tiny", files, replace=True, where=study.folder.parent)
    told = load_saved(anew, "a").told(TEMPORAL)
    assert not told["fair"] and "imported anew" in told["words"]


@pytest.fixture
def fake(monkeypatch):
    """Wherever a command loads an encoder it gets one without a model."""
    monkeypatch.setattr(embed, "load_encoder", lambda *args, **kwargs: FakeEncoder())


def test_the_command_searches_saves_and_says_what_next(built_study, fake, capsys):
    """Figures for people, one document for programs, and the recipe under its name."""
    code, out, _ = run(
        capsys, "search", "tiny", "--minutes", BUDGET, "--signals", "taste,popularity",
        "--save", "mine",
    )  # fmt: skip
    assert code == cli.OK and "users kept aside" in out and "--recipe 'mine'" in out
    assert load_saved(built_study, "mine").protocol == "temporal"
    found = document(capsys, "search", "tiny", "--minutes", BUDGET, "--signals", "taste,popularity")
    assert found["earlier"] >= 1 and found["signals"] == ["taste", "popularity"]


def test_an_evaluation_takes_a_saved_recipe_as_it_is(built_study, fake, capsys):
    """Its signals, settings and weights, and under another protocol that it may flatter."""
    save_found(built_study, "mine", found_by_hand(built_study))
    found = document(capsys, "evaluate", "tiny", "--recipe", "mine")
    assert found["weights"] == {"taste": 0.8} and found["saved"]["fair"]
    rows = {row["recipe"]: row for row in found["rows"]}
    assert rows["taste"]["settings"]["level"] == 0.5 and "popularity" not in rows
    assert rows["blend"]["metrics"]["ndcg@10"] == rows["taste"]["metrics"]["ndcg@10"]
    _, out, _ = run(capsys, "evaluate", "tiny", "--recipe", "mine", "--protocol", "random")
    assert "may have seen rows that random holds out" in out
    assert "no saved recipe 'yours'" in refused(capsys, "evaluate", "tiny", "--recipe", "yours")


def test_a_recipe_of_descriptions_alone_can_be_measured(built_study, fake, capsys):
    """Without the description nothing is left, and nothing fails."""
    alone = found_by_hand(
        built_study, weights={"description": 1.0},
        recipes={"description": signals.DEFAULTS["description"].document()},
    )
    save_found(built_study, "told", alone)
    found = document(capsys, "evaluate", "tiny", "--recipe", "told")
    rows = {row["recipe"]: row["metrics"]["ndcg@10"] for row in found["rows"]}
    assert rows["blend"] == rows["description"]
    assert WITHOUT not in rows and found["worth"] == {} == found["without"]
    _, out, _ = run(capsys, "evaluate", "tiny", "--recipe", "told")
    assert "no blend without the description beside it" in out
    assert "against the blend without" not in out


@pytest.mark.parametrize("more", ["--control", "--descriptions=study", "--writers=template"])
def test_what_a_recipe_without_descriptions_cannot_show_is_refused(
    built_study, fake, capsys, more
):
    """Before any fit, and with the signals that it has."""
    save_found(built_study, "mine", found_by_hand(built_study))
    line = refused(capsys, "evaluate", "tiny", "--recipe", "mine", more)
    assert "about the signal description" in line and "(taste)" in line


def test_a_build_takes_a_saved_recipe_as_it_is(built_study, fake, capsys):
    """Its signals and weights are the app's; the build says where they come from."""
    save_found(built_study, "mine", found_by_hand(built_study))
    code, _, _ = run(capsys, "build", "tiny", "--recipe", "mine")
    assert code == cli.OK
    recommender = Recommender(Study.open("tiny"))
    assert list(recommender.names) == ["taste"]
    assert recommender.weights().tolist() == pytest.approx([0.8])
    assert "found by a search of 7 trials" in recommender.choice.reasons["taste"]
    assert "no saved recipe 'yours'" in refused(capsys, "build", "tiny", "--recipe", "yours")



@pytest.mark.parametrize(
    ("value", "gain", "words"),
    [(0.2, (0.0, 0.0), "Nothing better"), (0.3, (-0.1, 0.1), "within what luck"),
     (0.3, (0.01, 0.1), "better beyond luck"), (0.3, (-0.1, -0.01), "worse beyond luck")],
)
def test_the_verdict_says_what_the_figures_come_to(value, gain, words):
    """No find is called one, and no difference that luck gives."""
    assert words in whole.verdict({"value": value, "begun": 0.2, "gain": gain})
