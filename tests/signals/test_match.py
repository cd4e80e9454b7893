"""The plain text match: three similarities that split exactly, raw or centred, and its weights."""

import numpy as np
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import signals
from llmrec_core.concepts import concepts_on
from llmrec_core.embed import item_texts
from llmrec_core.errors import InputError
from llmrec_core.profile import ValueScale, described_profiles, new_profile
from llmrec_core.signals.match import MatchRecipe
from llmrec_core.texts import Texts

WAYS = [
    (similarity, of, fields) for similarity in ("cosine", "dot", "euclidean")
    for of in ("description", "history", "both") for fields in ("apart", "together")
]


@pytest.fixture(scope="module")
def made():
    """(profiles, item side, texts) of the checkerboard."""
    rows, texts = world.behaviour(), Texts(FakeEncoder(), None)
    vectors = texts.items(world.items())
    profiles = described_profiles(rows, world.items(), ValueScale.of(rows.value), texts)
    center = texts.sentences(profiles.sentence_text)[1]
    side = signals.ItemSide(
        vectors.concatenated, vectors.fields, centers=vectors.centers,
        concepts=lambda: concepts_on(world.items(), texts, center),
    )
    return profiles, side, texts


def _fit(made, **settings):
    return signals.fit("match", made[0], made[1], MatchRecipe(**settings))


@pytest.mark.parametrize(("similarity", "of", "fields"), WAYS)
@pytest.mark.parametrize("weighted", [False, True])
def test_parts_add_up_for_every_similarity(made, similarity, of, fields, weighted):
    """Sentences, past items and lengths sum to the score, with weights of concepts and without."""
    signal = _fit(made, similarity=similarity, of=of, fields=fields, weighted=weighted)
    for u, i in ((0, 5), (3, 3), (17, 20)):
        one = made[0].at(u)
        score = float(signal.score(one, exact=True)[0, i])
        parts = signal.contributions(one, i)["contribution"]
        assert parts.sum() == pytest.approx(score, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("fields", ["apart", "together"])
def test_euclidean_is_minus_the_squared_distance(made, fields):
    """-|d - z|^2, computed from the two vectors."""
    signal = _fit(made, similarity="euclidean", fields=fields)
    users, items = signal.mapped(made[0], exact=True), signal.vectors.astype(np.float64)
    expected = -((users[:, None] - items[None]) ** 2).sum(axis=2)
    assert np.allclose(signal.score(made[0], exact=True), expected, atol=1e-9)


def test_cosine_is_the_cosine(made):
    """d.z / (|d| |z|) of the mean of past item vectors, all items weighing alike."""
    signal = _fit(made, of="history", level=0.0, recency=0.0)
    past = made[0].history().toarray() @ made[1].vectors
    lengths = np.linalg.norm(past, axis=1)[:, None] * np.linalg.norm(made[1].vectors, axis=1)
    assert np.allclose(signal.score(made[0]), past @ made[1].vectors.T / lengths, atol=1e-5)


def test_ones_own_kind_is_nearer(made):
    """Without anything learned space people match space stories better than love stories."""
    score = _fit(made, level=1.0).score(made[0])
    own = np.arange(world.N)[:, None] % 2 == np.arange(world.N) % 2
    assert score[own].mean() > score[~own].mean() + 0.1


def test_the_raw_match_is_that_of_the_encoders_vectors(made):
    """What centring took off comes back: the cosine of the vectors as the encoder gave them."""
    encoder = FakeEncoder()
    blocks = []
    for column in item_texts(world.items()).values():
        raw = encoder.encode(column)
        blocks.append(raw / np.linalg.norm(raw, axis=1, keepdims=True))
    raw = np.concatenate(blocks, axis=1) / np.sqrt(len(blocks))
    signal = _fit(made, of="history", centred=False, level=0.0, recency=0.0)
    assert np.allclose(signal.vectors, raw, atol=1e-4)


def test_the_raw_match_needs_the_history_and_the_centers(made):
    """What sentences were centred on is no part of a profile, and centers may not be known."""
    with pytest.raises(InputError, match="history"):
        _fit(made, centred=False)
    bare = signals.ItemSide(made[1].vectors, made[1].fields)
    signal = signals.fit("match", made[0], bare, MatchRecipe(centred=False, of="history"))
    with pytest.raises(InputError, match="build the study again"):
        signal.score(made[0])


@pytest.mark.parametrize("settings", [{"similarity": "angle"}, {"of": "age"}])
def test_settings_that_mean_nothing_are_refused(made, settings):
    """The words that there are are named."""
    with pytest.raises(InputError, match="cosine, dot, euclidean"):
        _fit(made, **settings)


def test_weights_of_concepts_are_stored(made):
    """A weighted match scores the same when it is read back."""
    signal = _fit(made, weighted=True)
    assert len(signal.concepts) >= 2 and not np.allclose(signal.alpha, 1)
    again = signals.from_arrays("match", signal.recipe, signal.arrays(), made[1])
    assert np.array_equal(again.score(made[0]), signal.score(made[0]))


def test_nobody_is_as_near_to_everything(made):
    """A profile of nothing has the same cosine with all items: 0."""
    empty = new_profile([], world.N, dim=32)
    assert not _fit(made).score(empty).any()
