"""Which text met which: the meetings of a line sum to what the line adds, in every signal."""

from dataclasses import replace

import numpy as np
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import signals
from llmrec_core.concepts import concepts_on
from llmrec_core.describe import typed_description
from llmrec_core.profile import ValueScale, described_profiles, new_profile, sentence_layout
from llmrec_core.signals.base import Kind
from llmrec_core.signals.match import MatchRecipe
from llmrec_core.signals.meeting import ReadsTexts
from llmrec_core.texts import Texts

MATCHES = {
    f"match {similarity} {of} {fields} {weighted}": MatchRecipe(
        similarity=similarity, of=of, fields=fields, weighted=weighted
    )
    for similarity in ("cosine", "dot", "euclidean") for of in ("description", "history", "both")
    for fields in ("apart", "together") for weighted in (False, True)
    if of == "both" or not weighted
}
RAW = {
    f"raw {fields}": MatchRecipe(of="history", centred=False, fields=fields)
    for fields in ("apart", "together")
}


@pytest.fixture(scope="module")
def made():
    """(profiles, texts, center of sentences, all signals that read texts)."""
    rows, texts = world.behaviour(), Texts(FakeEncoder(), None)
    frame = world.items().frame.copy()
    frame.loc[5, "plot"] = ""  # an item that lacks a text
    items = replace(world.items(), frame=frame)
    vectors = texts.items(items)
    profiles = described_profiles(rows, items, ValueScale.of(rows.value), texts)
    center = texts.sentences(profiles.sentence_text)[1]
    side = signals.ItemSide(
        vectors.concatenated, vectors.fields, centers=vectors.centers,
        concepts=lambda: concepts_on(items, texts, center),
    )
    fitted = {
        name: signals.fit("match", profiles, side, recipe)
        for name, recipe in (MATCHES | RAW).items()
    }
    for name in ("description", "taste", "collaborative"):
        fitted[name] = signals.fit(name, profiles, side, signals.DEFAULTS[name])
    return profiles, texts, center, fitted


def _people(made):
    """Ways to be known: stored, rows deleted, typed, muted, an item taken three times."""
    profiles, texts, center, _ = made
    stored = profiles.at(3)
    said, weights, _ = sentence_layout(
        [typed_description("x", "I love robots.\nI do not like weddings.")]
    )
    vectors, _ = texts.sentences(said, center)
    typed = new_profile([4, 5], world.N, dim=32, levels=[1.0, 0.2])
    return {
        "stored": stored,
        "rows deleted": stored.without(items=list(stored.item[:4])),
        "edited": stored.with_text(vectors, weights, said),
        "muted": stored.without(sentences=[0, 1]),
        "typed": typed.with_text(vectors, weights, said),
        "only typed": new_profile([], world.N, dim=32).with_text(vectors, weights, said),
        "no words": typed,
        "repeated": new_profile([7, 8, 7, 7], world.N, dim=32, levels=[1.0, 0.5, 0.1, 0.9]),
    }


def _signals(made):
    return {name: one for name, one in made[3].items() if isinstance(one, ReadsTexts)}


def test_meetings_of_a_part_sum_to_the_contribution(made):
    """For every signal that reads texts, every way to be known, every line and text: 1e-6."""
    lines = 0
    for k, signal in enumerate(_signals(made).values()):
        for j, profile in enumerate(_people(made).values()):
            item = (2, 5, 8)[(j + k) % 3]
            expected = _by_line(signal.contributions(profile, item))
            for (kind, evidence), parts in expected.items():
                met = signal.meetings(profile, item, Kind(kind), evidence)
                if kind == Kind.WHOLE:
                    assert not met
                    continue
                for part, value in parts.items():
                    found = sum(m.value for m in met if m.part == part)
                    assert found == pytest.approx(value, rel=1e-6, abs=1e-9)
                    lines += abs(value) > 1e-6
    assert lines > 2000


def _by_line(frame):
    """(kind, evidence) -> text field -> contribution."""
    out = {}
    columns = (frame[name].tolist() for name in ("kind", "evidence", "part", "contribution"))
    for kind, evidence, part, value in zip(*columns, strict=True):
        parts = out.setdefault((kind, evidence), {})
        parts[part] = parts.get(part, 0.0) + value
    return out


def test_all_meetings_sum_to_the_score(made):
    """A score that is made of texts alone is nothing but its meetings."""
    profile = _people(made)["edited"]
    for name, signal in _signals(made).items():
        if "euclidean" in name:
            continue
        kinds = [(Kind.SENTENCE, k) for k in range(len(profile.sentence_weight))]
        kinds += [(Kind.PAST_ITEM, int(k)) for k in np.unique(profile.item)]
        met = [m for kind, k in kinds for m in signal.meetings(profile, 5, kind, k)]
        score = float(signal.score(profile, exact=True)[0, 5])
        assert sum(m.value for m in met) == pytest.approx(score, rel=1e-6, abs=1e-9)


def test_fields_apart_meet_their_own_kind_and_together_all(made):
    """«apart»: plot meets plot; «together»: plot meets about too; a missing text meets nothing."""
    profile, all_ = _people(made)["stored"], made[3]
    for fields, pairs in (("apart", 2), ("together", 4)):
        signal = all_[f"match cosine both {fields} False"]
        past = int(profile.item[0])
        found = {(m.source, m.part) for m in signal.meetings(profile, 8, Kind.PAST_ITEM, past)}
        assert len(found) == pairs
        assert all(source == part for source, part in found) == (fields == "apart")
    taste = all_["taste"].meetings(profile, 5, Kind.PAST_ITEM, int(profile.item[0]))
    assert {m.part for m in taste} == {"about"}


def test_the_left_side_is_the_stored_vector(made):
    """What a meeting holds are the vectors of the study, so that words can be told from them."""
    profile, _, _, all_ = made
    one = profile.at(3)
    said = all_["description"].meetings(one, 8, Kind.SENTENCE, 0)
    assert all(np.array_equal(m.left, one.sentence_vector[0]) for m in said)
    assert np.array_equal(
        np.concatenate([m.right for m in said]), all_["description"].items.vectors[8]
    )


def test_signals_without_texts_have_no_meetings(made):
    """Collaborative does not pretend to read."""
    assert not isinstance(made[3]["collaborative"], ReadsTexts)


def test_a_line_that_does_not_count_has_no_meetings(made):
    """A muted sentence, a past item of a stranger, and the kinds that a signal does not read."""
    profile, description = _people(made)["muted"], made[3]["description"]
    assert description.meetings(profile, 8, Kind.SENTENCE, 0) == []
    assert description.meetings(profile, 8, Kind.PAST_ITEM, int(profile.item[0])) == []
    stranger = next(i for i in range(world.N) if i not in profile.item)
    assert made[3]["taste"].meetings(profile, 8, Kind.PAST_ITEM, stranger) == []
