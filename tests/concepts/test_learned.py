"""What is learned for concepts: words that tell readers apart, and weights that hold for others."""

import numpy as np
import pytest
import world
from conftest import FakeEncoder

from llmrec_core.concepts import concepts_of
from llmrec_core.concepts.said import said_often
from llmrec_core.describe import Description, Sentence
from llmrec_core.errors import InputError
from llmrec_core.profile import Profiles, ValueScale, from_behaviour
from llmrec_core.signals import match_weights
from llmrec_core.signals.match_weights import fit_weights, learned_weights
from llmrec_core.texts import Texts


@pytest.fixture(scope="module")
def made():
    """(profiles, item vectors) of the checkerboard."""
    rows = world.behaviour()
    profiles = from_behaviour(rows, ValueScale.of(rows.value), dim=32)
    return profiles, Texts(FakeEncoder(), None).items(world.items())


def test_words_that_tell_readers_apart_are_offered(made):
    """«orbit» is said of lovers of space alone. Not offered are a turn of phrase, what is said of
    nearly nobody, what is disliked, and what is named already."""
    profiles = made[0].select(np.tile(np.arange(world.N), 3))
    written = []
    for u in range(len(profiles)):
        said = ["Likes stories."]
        if u % 2 == 0 and u < 30:
            said += ["Loves tales of orbit and rockets."]
        if u % 5 == 0:
            said += ["Has a soft spot."]
        if u in (4, 6):
            said += ["Likes quasars."]
        sentences = [Sentence(text, "likes") for text in said]
        if u % 2 == 0 and u < 30:
            sentences.append(Sentence("Does not care for weddings.", "dislikes", -1))
        written.append(Description(f"u{u:02d}", tuple(sentences)))
    found = said_often(written, profiles, made[1], ["stories about rockets"])
    assert set(found) == {"orbit", "tales"}


class _Points:
    """A signal whose users and items are given vectors; who agrees on concept 0 takes an item."""

    def __init__(self, n=200, n_items=60):
        draw = np.random.default_rng(0).standard_normal
        self.users = draw((n, 8)).astype(np.float32)
        self.items = draw((n_items, 8)).astype(np.float32)
        self.concepts = concepts_of(["space", "love", "war"], np.eye(8, dtype=np.float32)[:3])
        taken = np.argsort(-np.outer(self.users[:, 0], self.items[:, 0]), axis=1)[:, :8]
        none = np.zeros(n * 8)
        self.profiles = Profiles(
            np.array([str(u) for u in range(n)], object), n_items, np.arange(n + 1) * 8,
            taken.ravel().astype(np.int32), np.ones(n * 8, np.float32), none.astype(np.int64),
            np.zeros(n + 1, np.int64), np.zeros((0, 8), np.float32), np.zeros(0, np.float32), (),
            np.zeros(n, np.int8),
        )

    def mapped(self, profiles, *, exact=False):
        return self.users[[int(name) for name in profiles.ids]]

    def targets(self, *, exact=False):
        return self.items


def test_learned_weights_are_judged_on_others():
    """Four fifths are fitted on, and the concept that decides weighs most; the others, whose
    choices the fit has not seen, gain by it. The same seed learns the same."""
    points = _Points()
    found = learned_weights(points, points.profiles, points.concepts)
    assert (found.users, found.judged) == (160, 40)
    assert found.fitted.alpha[0] > 2 * found.fitted.alpha[1:].max()
    assert found.gain > 0.1
    again = learned_weights(points, points.profiles, points.concepts)
    assert np.array_equal(found.fitted.alpha, again.fitted.alpha) and found.gain == again.gain


def test_concepts_that_decide_nothing_are_worth_nothing():
    """Where items are taken for what lies beside the concepts, others gain next to nothing."""
    points = _Points()
    beside = concepts_of(["a", "b"], np.eye(8, dtype=np.float32)[4:6])
    assert learned_weights(points, points.profiles, beside).gain < 0.05


def test_what_is_judged_are_the_weights_as_sliders_hold_them(monkeypatch):
    """From 0 to 3 in steps of .05: what the gain is told of is what is put on the screen."""
    points, judged = _Points(), []
    honest = match_weights.worth

    def judging(*given, **more):
        judged.append(given[4])
        return honest(*given, **more)

    monkeypatch.setattr(match_weights, "worth", judging)
    found = learned_weights(points, points.profiles, points.concepts)
    assert found.fitted.alpha.max() > 3 and found.alpha.max() == 3
    assert np.allclose(found.alpha * 20, np.round(found.alpha * 20), atol=1e-4)
    assert judged[0] is found.alpha and (judged[1] == 1).all()


def test_a_large_catalogue_leaves_users_to_judge_on():
    """Where scores of so many items are held for five users at once, thirty are looked at still,
    and no more."""
    points = _Points()
    found = learned_weights(points, points.profiles, points.concepts, most_cells=5 * 60)
    assert (found.users, found.judged) == (24, 6)


def test_few_users_are_refused():
    """With nine nobody is left to judge on; weights alone can still be fitted."""
    points = _Points()
    nine = points.profiles.select(np.arange(9))
    with pytest.raises(InputError, match="ten users"):
        learned_weights(points, nine, points.concepts)
    assert len(fit_weights(points, nine, points.concepts).alpha) == 3
