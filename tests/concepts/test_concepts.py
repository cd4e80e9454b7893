"""Concepts: orthonormal, named, and weights that follow what people take."""

import numpy as np
import pytest
import world
from conftest import FakeEncoder
from scipy.sparse import csr_matrix

from llmrec_core.concepts import concepts_of, concepts_on, fit_alpha, propose
from llmrec_core.errors import InputError
from llmrec_core.texts import Texts


@pytest.fixture
def three():
    """Three concepts in eight dimensions, not orthogonal to begin with."""
    vectors = np.eye(8, dtype=np.float32)[:3]
    vectors[1, 0] = 0.4
    return concepts_of(["space", "love", "war"], vectors)


def _random(n, dim=8, seed=0):
    return np.random.default_rng(seed).standard_normal((n, dim)).astype(np.float32)


def test_the_basis_is_orthonormal_and_keeps_its_names(three):
    """Rows have length 1 and stand at right angles; each is nearest to its own phrase."""
    assert np.allclose(three.basis @ three.basis.T, np.eye(3), atol=1e-6)
    phrases = np.eye(8)[:3] + 0.4 * np.outer([0, 1, 0], np.eye(8)[0])
    assert (three.coordinates(phrases)[:, 0].argmax(axis=1) == [0, 1, 2]).all()


def test_near_duplicates_are_dropped_by_name():
    """A phrase that says what an earlier one says is left out, and it is said which."""
    vectors = np.eye(8, dtype=np.float32)[[0, 1, 0]]
    vectors[2, 3] = 0.1
    found = concepts_of(["space", "love", "outer space"], vectors)
    assert found.phrases == ("space", "love")
    assert found.dropped == (("outer space", "space"),)


def test_alpha_weighs_the_share_of_its_concept(three):
    """u' weighed(i) = sum_k alpha_k u_k i_k + the rest, by the formula; alpha = 1 is the item."""
    users, items, alpha = _random(5), _random(7, seed=1), np.array([2.0, 0.0, 0.5])
    along = (users @ three.basis.T) * alpha @ (items @ three.basis.T).T
    rest = users @ items.T - (users @ three.basis.T) @ (items @ three.basis.T).T
    assert np.allclose(users @ three.weighed(items, alpha).T, along + rest, atol=1e-5)
    assert three.weighed(items, np.ones(3)) is items


def test_fields_are_met_one_by_one(three):
    """Item vectors of two fields have two coordinates a concept, and alpha of 1 keeps them."""
    items = _random(4, 16)
    assert three.coordinates(items).shape == (4, 2, 3)
    doubled = three.weighed(items, np.full(3, 2.0)).reshape(4, 2, 8)
    assert np.allclose(
        three.coordinates(doubled.reshape(4, 16)), 2 * three.coordinates(items), atol=1e-5
    )


def test_vectors_of_another_encoder_are_refused(three):
    """A length that holds no whole number of fields is named."""
    with pytest.raises(InputError, match="length 9"):
        three.coordinates(_random(2, 9))


def test_the_concept_that_matters_weighs_more(three):
    """Where people take what agrees with them on «space» alone, its weight rises over the rest."""
    users, items = _random(200), _random(60, seed=1)
    agree = three.coordinates(users)[:, 0, 0][:, None] * three.coordinates(items)[:, 0, 0]
    taken = csr_matrix(agree >= np.sort(agree, axis=1)[:, -5][:, None], dtype=np.float32)
    found = fit_alpha(users, items, taken, three)
    assert found.alpha[0] > 2 and found.alpha[0] > 3 * found.alpha[1:].max()
    assert found.weighed > found.plain


def test_known_pairs_are_no_candidates(three):
    """What is known is left out of the softmax: with one candidate left its chance is 1."""
    users, items = _random(3), _random(4, seed=1)
    taken = csr_matrix(np.eye(3, 4, dtype=np.float32))
    known = csr_matrix(1 - np.eye(3, 4, dtype=np.float32))
    assert fit_alpha(users, items, taken, three, known=known).plain == pytest.approx(0, abs=1e-6)


def test_a_strong_penalty_keeps_the_weights_at_one(three):
    """L2 towards 1: with a very large one nothing is learned."""
    users, items = _random(50), _random(20, seed=1)
    taken = csr_matrix(np.eye(50, 20, dtype=np.float32))
    assert np.allclose(fit_alpha(users, items, taken, three, reg=1e6).alpha, 1, atol=1e-3)


def test_nothing_taken_is_refused(three):
    """Without a pair there is nothing to fit."""
    with pytest.raises(InputError, match="no user took"):
        fit_alpha(_random(2), _random(3), csr_matrix((2, 3)), three)


def test_a_catalogue_proposes_its_kinds_and_decades():
    """The checkerboard offers its genres and the decades of its years."""
    expected = {"space titles", "romance titles", "titles of the 1980s", "titles of the 1990s"}
    assert expected == set(propose(world.items()))


def test_phrases_may_be_a_persons_own():
    """Given phrases stand in for the proposed ones."""
    texts = Texts(FakeEncoder(), None)
    found = concepts_on(world.items(), texts, np.zeros(32, np.float32), ["slow films", "robots"])
    assert found is not None and found.phrases == ("slow films", "robots")
