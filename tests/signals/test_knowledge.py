"""Knowledge: entities from attributes and triples, learned weights, paths that add up."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import world

from llmrec_core import blend, signals, tables
from llmrec_core.errors import InputError
from llmrec_core.explain import ledger
from llmrec_core.profile import ValueScale, from_behaviour, new_profile
from llmrec_core.reasons import reason
from llmrec_core.signals import entities as of_entities
from llmrec_core.signals.base import Kind
from llmrec_core.signals.distil import distilled
from llmrec_core.signals.entities import entities_of, has_entities
from llmrec_core.signals.knowledge import Knowledge
from llmrec_core.signals.match import MatchRecipe
from llmrec_core.tables import Items


def triples(*rows):
    """A table of triples."""
    return pd.DataFrame(rows, columns=tables.TRIPLE_COLUMNS, dtype="str")


def side_of(known):
    """An item side that knows nothing but entities."""
    return signals.ItemSide(np.eye(world.N, dtype=np.float32), ("about",), entities=known)


@pytest.fixture(scope="module")
def profiles():
    """Everybody on the checkerboard."""
    rows = world.behaviour()
    return from_behaviour(rows, ValueScale.of(rows.value), dim=4)


@pytest.fixture(scope="module")
def fitted(profiles) -> Knowledge:
    """The signal on the world's own attributes."""
    side = side_of(entities_of(world.items()))
    return signals.fit("knowledge", profiles, side, signals.DEFAULTS["knowledge"])


def test_entities_are_attribute_values_in_order():
    """Each value of each attribute is one entity, held by the items that have it."""
    known = entities_of(world.items())
    assert known.relations == ("genres", "creator", "year")
    assert known.names[:4] == ("space", "romance", "Ada", "Bea")
    ada = known.holds[:, 2].toarray().ravel()
    assert ada.tolist() == [float(i % 2 == 0) for i in range(world.N)]
    assert of_entities.words(known, 2) == "creator: Ada"


def test_a_catalogue_that_says_nothing_has_no_entities():
    """Without attributes and triples there is nothing to share."""
    bare = Items(pd.DataFrame({tables.ITEM: ["a", "b"], tables.TITLE: ["A", "B"]}))
    assert entities_of(bare) is None
    assert entities_of(bare, triples()) is None


def test_triples_that_repeat_an_attribute_are_merged():
    """«genre» is the attribute genres by name, «made by» is creator by what it says."""
    told = triples(("i00", "genre", "Space"), ("i01", "made by", "bea"), ("i02", "mood", "calm"))
    known = entities_of(world.items(), told)
    assert known.relations == ("genres", "creator", "year", "mood")
    assert known.holds.shape[1] == entities_of(world.items()).holds.shape[1] + 1
    assert known.holds.max() == 1


def test_rarity_is_its_formula():
    """log(items / items that have it); what one item has alone is 0."""
    known = entities_of(world.items())
    rarity = of_entities.rarity(known)
    assert rarity[0] == pytest.approx(np.log(world.N / (world.N / 2)))
    years = known.relation == known.relations.index("year")
    assert not rarity[years].any()


def test_a_long_cast_says_no_more_than_a_short_one():
    """Rows have norm 1 in each relation, however many entities the item has of it."""
    told = triples(*[(f"i{i:02d}", "actor", f"a{k}") for i in (0, 2) for k in range(9)],
                   ("i04", "actor", "a0"))  # fmt: skip
    known = entities_of(world.items(), told)
    rows = of_entities.unit_rows(known, of_entities.rarity(known), by_relation=True)
    actors = rows[:, np.flatnonzero(known.relation == known.relations.index("actor"))]
    norms = np.sqrt(actors.multiply(actors).sum(axis=1))
    assert np.asarray(norms).ravel()[[0, 2, 4]] == pytest.approx([1, 1, 1])


def test_the_paths_are_those_over_shared_entities(fitted, profiles):
    """What speaks for item 0 of user 0 comes through Ada and space, by even past items only."""
    parts = fitted.contributions(profiles.at(0), 0)
    assert set(parts["words"]) == {"creator: Ada", "genre: space"}
    assert set(parts["past"]) == {i for i in profiles.at(0).item.tolist() if i % 2 == 0}
    assert (parts["kind"] == str(Kind.ENTITY)).all() and (parts["contribution"] > 0).all()


def test_paths_add_up_exactly(fitted, profiles):
    """The parts sum to the score in float64, for every item of a profile."""
    one = profiles.at(5)
    score = fitted.score(one, exact=True)[0]
    for item in range(world.N):
        total = fitted.contributions(one, item)["contribution"].sum()
        assert total == pytest.approx(score[item], rel=1e-9, abs=1e-12)


def test_a_relation_that_is_noise_weighs_nothing(profiles):
    """Beside who made it, a shelf drawn by chance gets a hundredth of the weight or less."""
    shelf = np.random.default_rng(1).integers(0, 6, world.N)
    told = triples(*[(f"i{i:02d}", "shelf", str(s)) for i, s in enumerate(shelf)])
    only = Items(world.items().frame, (), ("creator",))
    side = side_of(entities_of(only, told))
    learned = signals.fit("knowledge", profiles, side, signals.DEFAULTS["knowledge"])
    weights = learned.relation_weights()
    assert weights["creator"] > 0 and weights["shelf"] < 0.01 * weights["creator"]


def test_nothing_known_is_nothing_said(profiles):
    """Without entities all scores are 0, and no part is told."""
    signal = signals.fit("knowledge", profiles, side_of(None), signals.DEFAULTS["knowledge"])
    assert not signal.score(profiles).any()
    assert len(signal.contributions(profiles.at(0), 1)) == 0


def test_a_new_entity_of_an_edited_item_is_not_guessed_at(fitted, profiles):
    """Stored weights go by names: with a new entity in front the numbers shift, the scores do not.
    """
    frame = world.items().frame.copy()
    frame.at[0, "genres"] = ["unheard of", "space"]
    today = side_of(entities_of(Items(frame, (), ("genres", "creator", "year"))))
    again = signals.from_arrays("knowledge", fitted.recipe, fitted.arrays(), today)
    others = np.arange(1, world.N)
    assert again.items.entities.names[0] == "unheard of"
    assert np.allclose(again.score(profiles)[:, others], fitted.score(profiles)[:, others])


def test_ledger_and_reason_tell_the_path(fitted):
    """An entity's line is the sum of the past items that share it, the later one fresher; the
    reason names them."""
    one = new_profile([2, 4], world.N, dim=4)
    raw = fitted.score(one, exact=True)
    block = blend.normalise(["knowledge"], raw, one.item, np.arange(world.N))
    titles = world.items().frame[tables.TITLE].tolist()
    entries = ledger(
        one, 0, block, np.ones(1, np.float32), {"knowledge": fitted}, titles.__getitem__
    )
    lines = {child.evidence: child for child in entries[0].children}
    ada = lines["creator: Ada"]
    assert [child.evidence for child in ada.children] == ["Star 4", "Star 2"]
    assert ada.contribution == pytest.approx(sum(c.contribution for c in ada.children))
    told = reason(entries, titles[0])
    assert "the creator Ada with Star 4 and Star 2" in told.text
    assert told.parts[0].kind == Kind.ENTITY


@pytest.mark.parametrize("told", [None, [("i00", "maker", "Ada")], [("nobody", "maker", "Ada")]])
@pytest.mark.parametrize("attributes", [(), ("genres",)])
def test_whether_there_are_entities_is_known_without_making_them(attributes, told):
    """The short answer is the long one's."""
    items = Items(world.items().frame, (), attributes)
    facts = None if told is None else triples(*told)
    assert has_entities(items, facts) == (entities_of(items, facts) is not None)


def test_a_fact_told_twice_is_one_and_spellings_are_the_first():
    """Case and blanks make no second entity, in triples as in attributes; order is of meeting."""
    bare = Items(world.items().frame, (), ())
    told = triples(("i01", "maker", " Ada  B"), ("i01", "maker", "ada b"), ("i00", "shop", "Ada B"))
    known = entities_of(bare, told)
    assert known.names == ("Ada B", "Ada B") and known.relations == ("maker", "shop")
    assert known.relation.tolist() == [0, 1]
    assert known.holds[:2].toarray().tolist() == [[0, 1], [1, 0]]


def test_distilling_pulls_what_shares_together(fields_and_makers):
    """Items of one maker come nearer, items of different makers go apart, none leaves norm 1."""
    vectors, known = fields_and_makers
    near = distilled(vectors, known, 0.5)
    z, before = near.field_vectors[0], vectors.field_vectors[0]
    same = [(i, j) for i in range(world.N) for j in range(i) if (i - j) % 2 == 0]
    assert np.mean([z[i] @ z[j] for i, j in same]) > 0.1 + np.mean(
        [before[i] @ before[j] for i, j in same]
    )
    assert np.linalg.norm(z, axis=1) == pytest.approx(np.ones(world.N))
    assert distilled(vectors, known, 0.0) is vectors
    assert distilled(vectors, None, 0.5) is vectors


def test_distilled_vectors_are_no_texts_of_the_encoder(fields_and_makers, profiles):
    """A raw match over them would take off a centring that is no longer there: it is refused."""
    vectors, known = fields_and_makers
    assert vectors.centers is not None
    near = distilled(vectors, known, 0.5)
    side = signals.ItemSide(near.concatenated, near.fields, centers=near.centers)
    recipe = MatchRecipe(centred=False, of="history")
    with pytest.raises(InputError, match="distil"):
        signals.fit("match", profiles, side, recipe).score(profiles)


def test_an_item_that_shares_nothing_stays(fields_and_makers):
    """Alone with its values an item keeps its vector, and one without a field gets none."""
    vectors, _ = fields_and_makers
    frame = world.items().frame.copy()
    frame.at[3, "creator"] = ["Nobody else"]
    known = entities_of(Items(frame, (), ("creator",)))
    fields = vectors.field_vectors.copy()
    fields[0, 8] = 0
    near = distilled(replace(vectors, field_vectors=fields), known, 0.7).field_vectors[0]
    assert near[3] == pytest.approx(fields[0, 3])
    assert not near[8].any()


@pytest.fixture
def fields_and_makers(fake_encoder):
    """(item vectors of the world, its makers)."""
    from llmrec_core.texts import Texts

    known = entities_of(Items(world.items().frame, (), ("creator",)))
    return Texts(fake_encoder, None).items(world.items()), known
