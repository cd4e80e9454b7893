"""Lines of the ledger down to the word: every cell together is the line, on both sides."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import embed, signals
from llmrec_core.blend import normalise, parts
from llmrec_core.build import Builder
from llmrec_core.describe import typed_description
from llmrec_core.embed import Encoder
from llmrec_core.embed.words import occlude
from llmrec_core.enrich import with_written
from llmrec_core.errors import InputError, MissingArtefactError
from llmrec_core.explain import (
    ReadText,
    WordHeat,
    WordKind,
    WordReader,
    by_word,
    item_words,
    ledger,
    total,
)
from llmrec_core.explain.words import Word, open_text
from llmrec_core.headless.words import STRAY, TRIED, word_document, word_lines
from llmrec_core.made import BuildRecipe, intact, load_items
from llmrec_core.profile import ValueScale, described_profiles, new_profile
from llmrec_core.progress import Reporter
from llmrec_core.recommender import Recommender
from llmrec_core.signals.distil import distilled
from llmrec_core.signals.entities import entities_of
from llmrec_core.signals.match import MatchRecipe
from llmrec_core.study import Study
from llmrec_core.texts import LazyEncoder, Texts

PLAIN = (WordKind.WORD, WordKind.MARKS)
KINDS = ("sentence", "past item")


def _lines(recommender, profile, item):
    """(entries, block, [(line, heat)]) of every line that texts stand behind."""
    weights = np.ones(len(recommender.names), np.float32)
    block = recommender.block(profile)
    entries = recommender.explain(profile, block, weights, item)
    reader = WordReader(recommender)
    found = [
        (child, reader.line(profile, block, item, child))
        for entry in entries for child in entry.children
    ]
    return entries, block, [(child, heat) for child, heat in found if heat is not None]


def _exact(line, heat):
    """The sum of all cells, of all rows and of all columns is the line within 1e-4 relative."""
    scale = max(abs(line.contribution), 1e-9)
    for value in (heat.total, heat.of_rows.sum(), heat.of_columns.sum(),
                  heat.spread().total, heat.folded(3, 2).total, heat.spread().folded(2, 3).total):
        assert abs(value - line.contribution) <= 1e-4 * scale


@pytest.fixture
def recommender(built_study):
    return Recommender(built_study)


def test_cells_sum_to_every_line(recommender):
    """Sentences through the description's map, past items through that of taste: stored users,
    an edited text, a person who only typed."""
    base = recommender.profile("u03")
    said = typed_description("u03", "Loves robots on far planets.\nNo weddings please.")
    people = [base, recommender.described(base, said),
              recommender.described(new_profile([2], world.N, dim=32), said)]
    kinds = set()
    for profile in people:
        for item in (3, 8):
            for line, heat in _lines(recommender, profile, item)[2]:
                _exact(line, heat)
                kinds.add((line.signal, line.kind))
    assert kinds == {("description", "sentence"), ("taste", "past item")}


def test_each_cell_is_the_product_of_two_words(recommender):
    """«garden» in a sentence against «wedding» in a plot: the words' vectors through the map."""
    text = "Adores every garden."
    profile = recommender.described(recommender.profile("u03"), typed_description("u03", text))
    line, heat = _lines(recommender, profile, 7)[2][0]
    row = next(k for k, word in enumerate(heat.rows) if word.label == "garden.")
    column = next(k for k, word in enumerate(heat.columns) if word.label == "wedding")
    signal, encoder = recommender.signals["description"], FakeEncoder()
    plot = recommender.item_vectors.fields.index("plot")
    about, own = (dict(encoder.word_vectors(t)) for t in
                  (text, str(recommender.tables.items.frame["plot"][7])))
    lengths = [np.linalg.norm(encoder.encode([t])[0] - c) for t, c in (
        (text, recommender.center),
        (str(recommender.tables.items.frame["plot"][7]), recommender.item_vectors.centers[plot]),
    )]
    bridge = signal.weights[profile.fold[0]][:, 32 * plot: 32 * (plot + 1)]
    met = about["garden."] @ bridge @ own["wedding"] / lengths[0] / lengths[1] / np.sqrt(2)
    block = recommender.block(profile)
    points = 1 / block.sd[block.names.index("description")]
    assert heat.cells[row, column] == pytest.approx(met * points, rel=1e-4)
    assert line.evidence == text and heat.exact


def test_words_stand_in_their_texts(recommender):
    """Rows are the sentence's words in order; columns those of «about», then of the plot."""
    profile = recommender.profile("u03")
    line, heat = next(
        found for found in _lines(recommender, profile, 8)[2] if found[0].kind == "sentence"
    )
    assert [w.label for w in heat.rows if w.kind == WordKind.WORD] == line.evidence.split()
    fields = [w.field for w in heat.columns]
    assert fields == sorted(fields) and set(fields) == {"about", "plot"}
    plot = [w.label for w in heat.columns if w.field == "plot" and w.kind == WordKind.WORD]
    assert plot == str(recommender.tables.items.frame["plot"][8]).split()
    assert [w.kind for w in heat.rows[-2:]] == [WordKind.MARKS, WordKind.SHARED]
    assert {w.kind for w in heat.spread().rows} == set(PLAIN)


def test_the_tree_sums_to_the_score_and_its_leaves_are_words(recommender):
    """With every line opened all leaves still are the score, and each parent its children."""
    profile, weights = recommender.profile("u05"), np.ones(len(recommender.names), np.float32)
    block = recommender.block(profile)
    entries = recommender.explain(profile, block, weights, 8)
    told = by_word(WordReader(recommender), profile, block, 8, entries, past_items=2)
    score = float(parts(block, weights, [8]).sum())
    assert total(told.entries) == pytest.approx(score, rel=1e-6)
    todo, words = list(told.entries), 0
    while todo:
        entry = todo.pop()
        words += entry.kind == "word"
        if entry.children:
            inside = sum(child.contribution for child in entry.children)
            assert entry.contribution == pytest.approx(inside, rel=1e-12, abs=1e-15)
            todo += entry.children
    assert words > 50
    past = [o.line for o in told.opened if o.line.kind == "past item"]
    assert len(past) == 2 and told.left == len(np.unique(profile.item)) - 2
    for opened in told.opened:
        mine = sum(word.contribution for word in item_words(opened))
        assert mine == pytest.approx(opened.line.contribution, rel=1e-4)


def test_repeated_past_items_are_one_line_of_words(recommender):
    """An item taken three times: its words carry all three."""
    profile = new_profile([7, 8, 7, 7], world.N, dim=32, levels=[1.0, 0.5, 0.1, 0.9])
    entries, block, found = _lines(recommender, profile, 5)
    line, heat = next(pair for pair in found if pair[0].number == 7)
    _exact(line, heat)
    told = by_word(WordReader(recommender), profile, block, 5, entries, past_items=9)
    opened = next(
        child for entry in told.entries if entry.signal == "taste"
        for child in entry.children if child.number == 7
    )
    assert [child.evidence for child in opened.children] == ["about", "plot"]
    assert opened.contribution == pytest.approx(line.contribution, rel=1e-6)


def test_lines_without_texts_are_not_opened(recommender):
    """Collaborative, and what the average item would get, have no words; nor has a weight of 0."""
    profile, block = recommender.profile("u03"), recommender.block(recommender.profile("u03"))
    reader = WordReader(recommender)
    assert not reader.reads("collaborative") and reader.reads("taste")
    past = int(profile.item[0])
    assert reader.heat(profile, block, 1.0, 8, "collaborative", "past item", past) is None
    assert reader.heat(profile, block, 1.0, 8, "taste", "the average item", -1) is None
    assert reader.heat(profile, block, 0.0, 8, "taste", "past item", past) is None


@pytest.mark.parametrize("fields", ["apart", "together"])
@pytest.mark.parametrize("centred", [True, False])
def test_the_text_match_opens_too(recommender, fields, centred):
    """Through nothing at all, and with what centring took off brought back: then «what all texts
    share» is 0."""
    recipe = MatchRecipe(fields=fields, centred=centred, of="both" if centred else "history")
    side = signals.item_side(recommender.item_vectors, recommender.tables)
    recommender.signals["match"] = signals.fit("match", recommender.profiles, side, recipe)
    profile = recommender.profile("u03")
    heats = [
        (line, heat) for line, heat in _lines(recommender, profile, 8)[2] if line.signal == "match"
    ]
    assert len(heats) > 10
    for line, heat in heats:
        _exact(line, heat)
        shared = [abs(heat.of_columns[k]) for k, word in enumerate(heat.columns)
                  if word.kind == WordKind.SHARED]
        assert (max(shared) < 1e-3 * np.abs(heat.cells).sum()) != centred


def test_what_is_not_of_the_text_is_told_apart():
    """A vector that was pulled aside: the words keep what lies their way, the rest has a name."""
    read = ReadText(("a", "b"), np.eye(4, dtype=np.float32)[:3] / np.sqrt(3),
                    np.array([1, 1, 1, 0], np.float32) / np.float32(np.sqrt(3)), True)
    center = np.array([0.2, 0.1, 0.3, 0], np.float32)
    own = (read.raw - center) / np.linalg.norm(read.raw - center)
    known = {*PLAIN, WordKind.SHARED}
    for pull, kinds in ((0.001, known), (0.8, known | {WordKind.REST})):
        stored = own + pull * np.array([0, 0, 0, 1])
        found = open_text(read, stored, center)
        assert {word.kind for word in found.words} == kinds
        assert np.allclose(found.vectors.sum(axis=0), stored)
        assert np.allclose(found.vectors[0], read.vectors[0] / np.linalg.norm(read.raw - center))
    assert not open_text(read, np.zeros(4), center).vectors.any()


def test_folding_keeps_the_telling_words_in_order():
    """Two of four words stay as they stood, the others are one row of their text."""
    words = [Word(name, WordKind.WORD, "plot" if name in "cd" else "about", k)
             for k, name in enumerate("abcd")]
    marks = Word("·", WordKind.MARKS, "plot", -1)
    heat = WordHeat((*words, marks), (words[0],), np.array([[3.0], [1], [-5], [0.5], [9]]), True)
    folded = heat.folded(2, 5)
    names = ["a", "1 other word", "c", "1 other word", "·"]
    assert [word.label for word in folded.rows] == names
    assert folded.cells[:, 0].tolist() == [3, 1, -5, 0.5, 9]
    assert heat.largest(2) == [(words[2], words[0], -5.0), (words[0], words[0], 3.0)]


def test_shared_is_spread_by_how_far_words_go_that_way():
    """A word without anything in common with all texts gives nothing of it up."""
    vectors = np.array([[0.6, 0], [0, 0.8], [0.2, 0]], np.float32)
    read = ReadText(("far", "near"), vectors, vectors.sum(axis=0), True)
    center = np.array([0.5, 0], np.float32)
    opened = open_text(read, read.raw - center, center)
    assert [word.share for word in opened.words[:3]] == pytest.approx([0.75, 0, 0.25])
    heat = WordHeat(opened.words, opened.words[:1], opened.vectors[:, :1], True).spread()
    assert heat.cells[:, 0] == pytest.approx([0.6 - 0.75 * 0.5, 0, 0.2 - 0.25 * 0.5])


class Occluding(FakeEncoder):
    """An encoder whose words are found by leaving them out, of long texts the first ones."""

    exact_words = False

    def word_vectors(self, text):
        return occlude(text, self.encode, tried=20)

    def encode(self, texts, *, progress=None):
        return FakeEncoder().encode(texts, progress=progress)


def test_a_long_text_has_few_words_of_its_own(recommender, monkeypatch):
    """The first words one by one, the others in one entry: the sum is the line, no pair names
    them, and what a document keeps of a line is no picture."""
    monkeypatch.setattr(LazyEncoder, "model", Occluding())
    entries, block, found = _lines(recommender, recommender.profile("u03"), 8)
    plot = str(recommender.tables.items.frame["plot"][8]).split()
    first = 20 // len(plot)
    for line, heat in found:
        _exact(line, heat)
        read = [w for w in heat.columns if w.field == "plot"]
        assert [w.label for w in read[:first]] == [w.strip(".,") for w in plot[:first]]
        assert read[first].label == f"… and {len(plot) - first} other words"
        assert read[first].kind == WordKind.OTHERS
    profile = recommender.profile("u03")
    told = by_word(WordReader(recommender), profile, block, 8, entries, 1)
    for opened in told.opened:
        assert 0 < len(opened.pairs) <= 10
        assert all(w.kind == WordKind.WORD for pair in opened.pairs for w in pair[:2])
        assert max(np.ndim(value) for value in vars(opened).values()
                   if isinstance(value, np.ndarray)) == 1


def test_an_encoder_that_does_not_pool_by_the_mean_says_so(recommender, monkeypatch):
    """Occlusion: the sum is the line all the same, and what is printed calls it not exact."""
    class Last(FakeEncoder):
        exact_words = False

    monkeypatch.setattr(LazyEncoder, "model", Last())
    assert not recommender.texts.encoder.exact_words
    profile = recommender.profile("u03")
    weights = np.ones(len(recommender.names), np.float32)
    block = recommender.block(profile)
    entries = recommender.explain(profile, block, weights, 8)
    told = by_word(WordReader(recommender), profile, block, 8, entries, 1)
    document = word_document(told, ["popularity"])
    assert not document["exact"] and document["how"] == TRIED
    lines = list(word_lines(document))
    assert "not exact" in lines[0] and lines[-1].startswith("popularity reads no texts")
    assert f"{told.left} past items" in lines[-2]


class Liar(FakeEncoder):
    """Reads words otherwise than it read the texts that it encoded, as a model of changed files."""

    def word_vectors(self, text):
        pairs = super().word_vectors(text)
        return [(word, vector[::-1].copy()) for word, vector in pairs]

    def encode(self, texts, *, progress=None):
        return FakeEncoder().encode(texts, progress=progress)


def test_words_that_do_not_sum_to_the_stored_vector_are_not_exact(recommender, monkeypatch):
    """Another model's words: the sum is the line, what they leave has a name, and nothing claims
    to be exact."""
    _, _, honest = _lines(recommender, recommender.profile("u03"), 8)
    monkeypatch.setattr(LazyEncoder, "model", Liar())
    entries, block, found = _lines(recommender, recommender.profile("u03"), 8)
    for (line, heat), (_, before) in zip(found, honest, strict=True):
        _exact(line, heat)
        assert before.exact and not before.stray and heat.stray and not heat.exact
        texts = {(side, word.field) for side in ("rows", "columns") for word in getattr(heat, side)}
        for side, field in texts:
            kinds = [word.kind for word in getattr(heat, side) if word.field == field]
            assert kinds.count(WordKind.STRAY) == 1
    profile = recommender.profile("u03")
    told = by_word(WordReader(recommender), profile, block, 8, entries, 1)
    document = word_document(told, [])
    assert not document["exact"] and document["how"] == STRAY


def test_an_encoder_that_is_another_than_at_the_build_is_refused(monkeypatch):
    """The key that was loaded is held against the build's: the sentence says to build again."""
    loaded = []

    def load(name, precision):
        loaded.append((name, precision))
        return FakeEncoder(16)

    monkeypatch.setattr(embed, "load_encoder", load)
    for _ in range(2):
        with pytest.raises(InputError, match=r"'mine' is not the one .* build the study again\.$"):
            LazyEncoder("mine", "fake-32", 32).encode(["a"])
    same = LazyEncoder("mine", "fake-16", 16)
    assert same.encode(["a"]).shape == same.encode(["b"]).shape == (1, 16)
    assert loaded == [("mine", "auto")] * 3


def _unbuilt(encoder, items, *, written=None, amount=0.0):
    """(reader, profiles, signals) of the world as a build would have them, without one."""
    texts, rows = Texts(encoder, None), world.behaviour()
    vectors = texts.items(with_written(items, written or {}))
    vectors = distilled(vectors, entities_of(items), amount)
    side = signals.ItemSide(vectors.concatenated, vectors.fields, centers=vectors.centers)
    profiles = described_profiles(rows, items, ValueScale.of(rows.value), texts)
    fitted = {n: signals.fit(n, profiles, side, signals.DEFAULTS[n])
              for n in ("description", "taste")}
    reader = WordReader(cast(Recommender, SimpleNamespace(
        texts=texts, signals=fitted, center=texts.sentences(profiles.sentence_text)[1],
        item_vectors=vectors, tables=SimpleNamespace(items=items), item_texts=written or {},
        behaviour=rows,
    )))  # fmt: skip
    return reader, profiles, fitted


def _opened(unbuilt, user, item, most=6):
    """[(line, heat)] of the lines of one pair, each signal alone."""
    reader, profiles, fitted = unbuilt
    one, out = profiles.at(user), []
    for name, signal in fitted.items():
        raw = signal.score(one, exact=True)
        block = normalise([name], raw, np.unique(one.item), np.arange(world.N))
        entries = ledger(one, item, block, np.ones(1, np.float32), fitted, str)
        lines = [line for line in entries[0].children if line.kind in KINDS][:most]
        out += [(line, reader.line(one, block, item, line)) for line in lines]
    return out


def test_a_written_item_text_is_read_as_it_was_encoded():
    """Where an item has no plot the one that was written opens, under its author's name."""
    frame = world.items().frame.copy()
    frame.loc[5, "plot"] = ""
    items = replace(world.items(), frame=frame)
    said = replace(typed_description("i05", "Two gardeners exchange roses."), writer="a model")
    found = _opened(_unbuilt(FakeEncoder(), items, written={"i05": said}), 3, 5)
    for line, heat in found:
        _exact(line, heat)
        kinds = {word.kind for word in heat.columns}
        own = [w.label for w in heat.columns
               if w.field == "plot (written by a model)" and w.kind == WordKind.WORD]
        assert own == ["Two", "gardeners", "exchange", "roses."] and WordKind.REST not in kinds


def test_distilled_knowledge_is_told_apart(monkeypatch):
    """What an item has from those that share entities with it is no word of its text; and only
    the texts that are opened are read again."""
    def refuse(*_):
        raise AssertionError("the whole catalogue was read for one line")

    unbuilt = _unbuilt(FakeEncoder(), world.items(), amount=1.0)
    monkeypatch.setattr(Texts, "items", refuse)
    for line, heat in _opened(unbuilt, 3, 8):
        _exact(line, heat)
        assert WordKind.REST in {word.kind for word in heat.columns}
        past = WordKind.REST in {word.kind for word in heat.rows}
        assert past == (line.kind == "past item")


def test_centers_of_distilled_texts_are_kept_with_the_build(tmp_path, monkeypatch):
    """As they were before knowledge was distilled; vectors of a version that dropped them are made
    again by the next build, and until then their words are refused in one sentence."""
    monkeypatch.setenv("LLMREC_HOME", str(tmp_path / "home"))
    study = Study.create("tiny", world.write_files(tmp_path))
    builder = Builder(
        study, BuildRecipe(distilled=0.5), FakeEncoder(), Reporter(study.progress_path, 7)
    )
    builder.items()
    store, key, plain = builder.store, builder.keys.items, builder.texts.items(builder.tables.items)
    found = load_items(store, key, plain.item_ids)
    assert found.centers is None and np.array_equal(found.text_centers, plain.centers)
    assert intact(store, "items", key)
    arrays, card = store.load_arrays("items", key), store.card("items", key)
    old = {name: array for name, array in arrays.items() if name != "text_centers"}
    store.save_arrays("items", key, old, card)
    assert not intact(store, "items", key) and store.exists("items", key)
    reader = _unbuilt(FakeEncoder(), world.items(), amount=1.0)[0]
    vectors = load_items(store, key, plain.item_ids)
    monkeypatch.setattr(reader.recommender, "item_vectors", vectors)
    with pytest.raises(MissingArtefactError, match="build the study again"):
        reader._item(3, "plot", vectors.field_vectors[-1, 3])


@pytest.mark.encoder
def test_the_bundled_encoder_is_exact_in_its_own_precision(bundled_encoder: Encoder):
    """The world read by MiniLM: every line is its words within 1e-4, a plot of several windows
    too, and the words alone (nothing forced) say what the vector says."""
    long = " ".join(f"The robot number {k} sings to a far star." for k in range(60))
    frame = world.items().frame.copy()
    frame.loc[4, "plot"] = long
    unbuilt = _unbuilt(bundled_encoder, replace(world.items(), frame=frame))
    for user, item in ((2, 4), (4, 7)):
        for line, heat in _opened(unbuilt, user, item):
            _exact(line, heat)
            assert WordKind.REST not in {word.kind for word in (*heat.rows, *heat.columns)}
    read = unbuilt[0].read(long)
    free = np.sum([v for _, v in bundled_encoder.word_vectors(long)], axis=0)
    assert len(read.words) == len(long.split()) and free @ read.raw > 0.999
