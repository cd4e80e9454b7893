"""Neighbours, positions and what a map is worth, on worlds whose right answer is obvious."""

from __future__ import annotations

import numpy as np
import pytest
import world
from conftest import FakeEncoder

from llmrec_core import project
from llmrec_core.embed import embed_items
from llmrec_core.errors import InputError
from llmrec_core.profile import ValueScale
from llmrec_core.project.positions import gathered


def _unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def cloud() -> np.ndarray:
    """(90, 8): three tight groups of 30, in order."""
    rng = np.random.default_rng(0)
    return _unit(np.repeat(np.eye(8)[:3], 30, axis=0) + 0.1 * rng.standard_normal((90, 8)))


def test_nearest_is_exact(cloud: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of any size give the same neighbours as a full sort."""
    monkeypatch.setattr("llmrec_core.project.neighbours._BLOCK_FLOATS", 7 * len(cloud))
    index, value = project.nearest(cloud[:20], cloud, 5)
    full = cloud[:20] @ cloud.T
    np.testing.assert_array_equal(index, np.argsort(-full, axis=1)[:, :5])
    np.testing.assert_allclose(value, -np.sort(-full, axis=1)[:, :5], rtol=1e-5)
    assert (index[:, 0] == np.arange(20)).all()


def test_nearest_leaves_out_itself_and_breaks_ties_by_row() -> None:
    """Three equal vectors: each names the two others, the smaller row first."""
    index, _ = project.nearest(np.ones((3, 2), np.float32), np.ones((3, 2), np.float32), 9, True)
    assert index.tolist() == [[1, 2], [0, 2], [0, 1]]


def test_nearest_of_others_is_not_itself(cloud: np.ndarray) -> None:
    """Leaving out oneself makes no sense for other queries, and says so."""
    with pytest.raises(InputError, match="4 queries"):
        project.nearest(cloud[:4], cloud, 2, exclude_self=True)


def test_anchors_are_liked_items_and_the_rare_first(cloud: np.ndarray) -> None:
    """Of equally near liked items the one that few know says more; who likes nothing has none."""
    counts = np.ones(90, int)
    counts[0] = 500
    vectors = cloud.copy()
    vectors[:3] = vectors[0]
    liked = [np.array([0, 1, 2]), np.array([], int)]
    anchors = project.user_anchors(vectors, liked, counts, n_anchors=2)
    assert anchors.tolist() == [[1, 2], [-1, -1]]


def test_liked_lists_follow_each_users_mean() -> None:
    """In the checkerboard world a user likes the items of their own kind."""
    behaviour = world.behaviour()
    liked = project.liked_lists(behaviour, ValueScale.of(behaviour.value))
    for user, items in enumerate(liked):
        assert (items % 2 == user % 2).all() and len(items) == world.N // 2 - 1


def test_pca_separates_groups_and_repeats(cloud: np.ndarray) -> None:
    """The three groups are apart in two dimensions, and the picture is the same each time."""
    xy = project.pca_layout(cloud)
    assert project.trustworthiness(cloud, xy) > 0.85
    np.testing.assert_array_equal(xy, project.pca_layout(cloud.copy()))


def test_a_space_of_one_dimension_or_none_is_a_line_or_a_dot() -> None:
    """In the order of the only direction, along one axis; without any all lie in one place."""
    line = project.pca_layout(np.array([[0.0], [1.0], [3.0]], np.float32))
    assert line.shape == (3, 2) and np.isfinite(line).all()
    along = int(np.ptp(line, axis=0).argmax())
    assert (np.diff(line[:, along]) > 0).all() and (line[:, 1 - along] == 0).all()
    assert (project.pca_layout(np.zeros((3, 0), np.float32)) == 0).all()


def test_the_map_puts_users_among_what_they_like(fake_encoder: FakeEncoder) -> None:
    """Users lie near liked items, mixed with them, not on an island; the same each time."""
    items, behaviour = world.items(), world.behaviour()
    vectors = embed_items(items, fake_encoder, None).concatenated
    base = project.picture(vectors, behaviour, ValueScale.of(behaviour.value), k=5)
    arrays, report = project.layout(base, n_epochs=60)
    assert report["ratio"] < 0.75 and report["users"] == world.N
    assert report["user_mixing"] < 1.9  # an island would be 2 with as many users as items
    again, _ = project.layout(base, n_epochs=60)
    np.testing.assert_array_equal(arrays["user_xy"], again["user_xy"])


def test_islands_are_drawn_up_to_the_rest() -> None:
    """Two islands far out come near without touching, each keeps its form; one part stays."""
    rng = np.random.default_rng(0)
    main, isle = rng.uniform(-3, 3, (400, 2)), rng.uniform(-0.5, 0.5, (30, 2))
    np.testing.assert_array_equal(gathered(main), main)
    found = gathered(np.concatenate([main, isle + [60, 0], isle + [0, -40]]))
    np.testing.assert_array_equal(found[:400], main)
    for part in (found[400:430], found[430:]):
        np.testing.assert_allclose(part - part.mean(axis=0), isle - isle.mean(axis=0), atol=1e-9)
        rest = found[~(found[:, None] == part).all(axis=2).any(axis=1)]
        gap = np.linalg.norm(part[:, None] - rest[None], axis=2).min()
        assert gap == pytest.approx(1.0, abs=0.01)


def test_items_that_are_all_one_are_laid_out_all_the_same() -> None:
    """A space where nothing is told apart, or only on a line: places for all, no division by 0."""
    same = np.ones((8, 1), np.float32)
    index, similarity = project.nearest(same, same, 4, exclude_self=True)
    anchors = project.user_anchors(same, [np.arange(5)], np.ones(8, int))
    joint = project.joint_neighbours(index, similarity, anchors)
    line = np.zeros((9, 2), np.float32)
    line[:, 0] = np.arange(9)
    for start in (np.zeros((9, 2), np.float32), line):
        assert np.isfinite(project.umap_layout(joint, start, n_epochs=10)).all()


def test_a_user_who_likes_nothing_is_nowhere(cloud: np.ndarray) -> None:
    """Undefined is nan, and the others are placed all the same."""
    index, similarity = project.nearest(cloud, cloud, 5, exclude_self=True)
    liked = [np.arange(5), np.array([], int)]
    anchors = project.user_anchors(cloud, liked, np.ones(90, int))
    joint = project.joint_neighbours(index, similarity, anchors)
    start = project.pca_layout(cloud)
    start = np.concatenate([start, project.transform_points(anchors, start)])
    xy = project.umap_layout(joint, start, n_epochs=20)
    assert np.isnan(xy[91]).all() and np.isfinite(xy[:91]).all()


def test_new_points_settle_in_a_group_and_move_nothing() -> None:
    """Three neighbours here and one far away: the point joins the three, not the middle."""
    fixed = np.array([[0, 0], [0.2, 0], [0, 0.2], [10, 0]], np.float32)
    before = fixed.copy()
    xy = project.transform_points(np.array([[0, 1, 2, 3], [3, -1, -1, -1], [-1] * 4]), fixed)
    assert np.linalg.norm(xy[0]) < 0.5
    np.testing.assert_allclose(xy[1], [10, 0])
    assert np.isnan(xy[2]).all()
    np.testing.assert_array_equal(fixed, before)


def test_weights_draw_new_points() -> None:
    """Without iterations a point is the weighted mean of its neighbours."""
    fixed = np.array([[0, 0], [1, 0]], np.float32)
    xy = project.transform_points(np.array([[0, 1]]), fixed, np.array([[3.0, 1.0]]), epochs=0)
    np.testing.assert_allclose(xy, [[1 / 4, 0]])


def test_placement_tells_a_good_map_from_a_random_one() -> None:
    """On their liked item the ratio is 0; anywhere, about 1; without users, nan."""
    rng = np.random.default_rng(1)
    items = rng.standard_normal((200, 2))
    liked = [np.array([n]) for n in range(50)]
    assert project.placement_report(items[:50], items, liked)["ratio"] == 0
    shuffled = [rng.integers(0, 200, 20) for _ in range(50)]
    report = project.placement_report(items[:50], items, shuffled)
    assert report["ratio"] == pytest.approx(1, abs=0.1)
    assert np.isnan(project.placement_report(items[:0], items, [])["ratio"])


def test_an_island_of_users_is_seen() -> None:
    """Users far from all items have only users near them: mixing is 1 / their share."""
    rng = np.random.default_rng(1)
    items, users = rng.standard_normal((30, 2)), rng.standard_normal((30, 2)) + 50
    report = project.placement_report(users, items, [np.array([0])] * 30)
    assert report["user_mixing"] == pytest.approx(60 / 30)


def test_neighbours_kept_is_1_on_the_points_themselves() -> None:
    """A map that is the data keeps every neighbour; a shuffled one hardly any."""
    rng = np.random.default_rng(2)
    xy = rng.standard_normal((100, 2))
    distance = np.linalg.norm(xy[:, None] - xy[None], axis=2)
    index = np.argsort(distance, axis=1)[:, 1:6]
    assert project.neighbours_kept(index, xy) == 1
    assert project.neighbours_kept(index, rng.permutation(xy)) < 0.2
    nowhere = np.concatenate([xy, [[np.nan, 0]]])
    assert project.neighbours_kept(np.concatenate([index, index[:1]]), nowhere) == 1


def test_trustworthiness_is_that_of_scikit_learn(cloud: np.ndarray) -> None:
    """Over all points it is theirs; a sample is near it, and who has no place does not count."""
    from sklearn.manifold import trustworthiness

    rng = np.random.default_rng(3)
    xy = cloud[:, :2] + 0.2 * rng.standard_normal((90, 2))
    whole = project.trustworthiness(cloud, xy)
    assert whole == pytest.approx(trustworthiness(cloud, xy, n_neighbors=15))
    assert project.trustworthiness(cloud, xy, most=45) == pytest.approx(whole, abs=0.05)
    nowhere = np.concatenate([xy, [[np.nan, np.nan]]])
    strange = np.concatenate([cloud, cloud[:1]])
    assert project.trustworthiness(strange, nowhere) == pytest.approx(whole)
    assert np.isnan(project.trustworthiness(cloud[:30], xy[:30]))


def test_clusters_find_the_groups_and_name_them(cloud: np.ndarray) -> None:
    """Three groups come out as three numbers, each named by what is typical of it."""
    numbers = project.clusters(cloud, 3)
    assert [len(set(numbers[start : start + 30])) for start in (0, 30, 60)] == [1, 1, 1]
    assert sorted(set(numbers)) == [0, 1, 2]
    genres = [[("red", "green", "blue")[row // 30], "all"] for row in range(90)]
    labels = project.text_labels(numbers, [""] * 90, kinds=genres)
    assert [labels[numbers[row]] for row in (0, 30, 60)] == ["red", "green", "blue"]


def test_clusters_of_equal_rows_are_one_group() -> None:
    """Fewer distinct rows than groups asked for is no error."""
    numbers = project.clusters(np.ones((5, 2)), 3)
    assert numbers.tolist() == [0] * 5
    assert project.text_labels(numbers, [""] * 5, kinds=[[]] * 5) == ["Group 1"]
