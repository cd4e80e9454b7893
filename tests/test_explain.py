"""The ledger: every level adds up, to the score that is shown."""

import numpy as np
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import blend, signals
from llmrec_core.explain import AVERAGE, ledger, total
from llmrec_core.profile import ValueScale, described_profiles, new_profile
from llmrec_core.signals.ials import IalsRecipe
from llmrec_core.texts import Texts

RNG = np.random.default_rng(42)
WEIGHTS = {
    "ones": np.ones(len(signals.NAMES)),
    "random": RNG.uniform(0, 3, len(signals.NAMES)),
    "negative": -RNG.uniform(0, 3, len(signals.NAMES)),
    "mixed": RNG.normal(0, 1, len(signals.NAMES)),
    "one": np.eye(len(signals.NAMES))[2],
    "huge": np.full(len(signals.NAMES), 1e6),
    "tiny": np.full(len(signals.NAMES), 1e-6),
}


@pytest.fixture(scope="module")
def built():
    """(profiles, signals fitted on the checkerboard)."""
    rows = world.behaviour()
    texts = Texts(FakeEncoder(), None)
    vectors = texts.items(world.items())
    side = signals.ItemSide(vectors.concatenated, vectors.fields)
    profiles = described_profiles(rows, world.items(), ValueScale.of(rows.value), texts)
    recipes = signals.DEFAULTS | {  # penalties for 24 users: larger ones leave only rounding
        "collaborative": signals.CollaborativeRecipe(reg=5.0), "ials": IalsRecipe(reg=0.1),
    }
    return profiles, {n: signals.fit(n, profiles, side, r) for n, r in recipes.items()}


def block_of(profile, fitted):
    raw = np.concatenate([s.score(profile, exact=True) for s in fitted.values()])
    return blend.normalise(signals.NAMES, raw, np.unique(profile.item), np.arange(world.N))


def entries_of(built, user, item, weights):
    """(entries, score shown) of one pair."""
    profiles, fitted = built
    profile = profiles.at(user)
    block = block_of(profile, fitted)
    vector = np.asarray(weights, np.float32)
    entries = ledger(profile, item, block, vector, fitted, lambda i: f"item {i}")
    return entries, float(blend.parts(block, vector, [item]).sum())


def nodes(entries):
    """All entries of all levels."""
    for entry in entries:
        yield entry
        yield from nodes(entry.children)


class Once:
    """A signal whose contributions for the last pair asked for are not computed again."""

    def __init__(self, signal):
        self.signal, self.last, self.parts = signal, None, None

    def contributions(self, profile, item):
        pair = (profile.ids[0], item)
        if pair != self.last:
            self.last, self.parts = pair, self.signal.contributions(profile, item)
        return self.parts


def test_leaves_add_up_to_the_score_of_every_pair(built):
    """All 576 pairs of the world, each under one set of weights, seen items too, within 1e-4."""
    profiles, fitted = built
    once = {name: Once(signal) for name, signal in fitted.items()}
    worst = 0.0
    for user in range(world.N):
        profile = profiles.at(user)
        block = block_of(profile, fitted)
        for item in range(world.N):
            vector = list(WEIGHTS.values())[(user + item) % len(WEIGHTS)].astype(np.float32)
            score = np.float32(blend.parts(block, vector, [item]).sum())
            leaves = total(ledger(profile, item, block, vector, once, str))
            worst = max(worst, abs(leaves - score) / abs(score))
    assert worst < 1e-4


def test_every_parent_is_the_sum_of_its_children(built):
    """On every level, exactly but for the order of adding."""
    for user, item in ((0, 0), (3, 8), (11, 23)):
        entries, _ = entries_of(built, user, item, WEIGHTS["mixed"])
        parents = [entry for entry in nodes(entries) if entry.children]
        assert len(parents) > 4
        for parent in parents:
            inside = sum(child.contribution for child in parent.children)
            assert parent.contribution == pytest.approx(inside, rel=1e-12, abs=1e-15)


def test_a_signal_without_weight_is_not_in_the_ledger(built):
    """Weights of 0 leave no lines; all weights 0 an empty ledger whose sum is the score, 0."""
    entries, _ = entries_of(built, 1, 2, WEIGHTS["one"])
    assert [entry.signal for entry in entries] == [signals.NAMES[2]]
    nothing, score = entries_of(built, 1, 2, np.zeros(len(signals.NAMES)))
    assert (nothing, score) == ((), 0.0)


def test_each_signal_adds_what_the_list_shows(built):
    """The top entries are the signals' shares of the score."""
    profiles, fitted = built
    vector = WEIGHTS["random"].astype(np.float32)
    shares = blend.parts(block_of(profiles.at(5), fitted), vector, [6])[:, 0]
    entries, _ = entries_of(built, 5, 6, vector)
    expected = dict(zip(signals.NAMES, shares, strict=True))
    assert {e.signal: e.contribution for e in entries} == pytest.approx(expected, rel=1e-6)


def test_doubling_the_weights_doubles_every_line(built):
    """The account is linear in the weights."""
    one, _ = entries_of(built, 4, 9, WEIGHTS["random"])
    two, _ = entries_of(built, 4, 9, 2 * WEIGHTS["random"])
    for a, b in zip(nodes(one), nodes(two), strict=True):
        assert b.contribution == pytest.approx(2 * a.contribution, rel=1e-6, abs=1e-12)


def test_evidence_is_in_words_that_belong_to_the_user(built):
    """Sentences are the user's own, past items are titles of the user's own history."""
    profiles, _ = built
    mine = profiles.at(2)
    said = set(mine.sentence_text)
    taken = {f"item {i}" for i in mine.item}
    entries, _ = entries_of(built, 2, 5, WEIGHTS["ones"])
    for entry in nodes(entries):
        if entry.kind == "sentence":
            assert entry.evidence in said
        if entry.kind == "past item":
            assert entry.evidence in taken


def test_what_the_average_item_would_get_is_a_line_of_its_own(built):
    """Every signal has exactly one; without it nothing would add up."""
    entries, _ = entries_of(built, 2, 5, WEIGHTS["ones"])
    for entry in entries:
        assert [child.kind for child in entry.children].count(AVERAGE) == 1


def test_a_person_of_whom_nothing_is_known_has_a_ledger(built):
    """No history and no sentences: only what an item is to everybody speaks (popularity, and the
    bias that some factor models give an item), and the account still adds up."""
    profiles, fitted = built
    empty = new_profile([], world.N, dim=profiles.sentence_vector.shape[1])
    block, vector = block_of(empty, fitted), np.ones(len(fitted), np.float32)
    entries = ledger(empty, 7, block, vector, fitted, str)
    assert total(entries) == pytest.approx(blend.parts(block, vector, [7]).sum(), abs=1e-12)
    assert {e.signal for e in entries if e.contribution} <= {
        "popularity", "bpr", "neural", "liking"
    }


def test_the_document_has_the_contracts_keys(built):
    """signal, weight, kind, evidence, contribution and children, on every level."""
    entries, _ = entries_of(built, 2, 5, WEIGHTS["ones"])
    todo = [entry.to_json() for entry in entries]
    while todo:
        line = todo.pop()
        assert list(line) == [
            "signal", "weight", "kind", "evidence", "contribution", "children"
        ]
        todo += line["children"]
