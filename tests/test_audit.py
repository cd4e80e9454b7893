"""The audit: figures of all descriptions, the worst first, near-duplicates, wordings."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import world

from llmrec_core import describe
from llmrec_core.audit import audit, audit_study, duplicates, paraphrases, stability
from llmrec_core.audit.duplicates import MOST_ALIKE
from llmrec_core.audit.stability import mean_cosine
from llmrec_core.cli import main
from llmrec_core.describe import Description, Sentence
from llmrec_core.errors import InputError
from llmrec_core.evidence import user_evidence
from llmrec_core.faith import Lexicon
from llmrec_core.recommender import Recommender


@pytest.fixture(scope="module")
def made():
    """(items, evidences, template descriptions, lexicon) of the tiny world."""
    items = world.items()
    evidences = user_evidence(world.behaviour(), items)
    return items, evidences, describe.write_all(evidences, items), Lexicon.of(items)


def _said(description: Description, text: str, **more: object) -> Description:
    return replace(description, sentences=(Sentence(text, "x", author="model"),), **more)


def test_true_texts_have_no_problem(made):
    """The template's texts: everything faithful, nothing unsupported, everybody by the template."""
    _, evidences, written, lexicon = made
    figures = audit(written, evidences, lexicon).figures()
    assert figures["faithful"] == 1.0
    assert figures["unsupported"] == figures["contradicted"] == figures["refusals"] == 0


def test_the_worst_come_first(made):
    """A contradiction, then a refusal, then an unsupported name, then the rest."""
    _, evidences, written, lexicon = made
    texts = list(written)
    texts[3] = _said(texts[3], "As an AI I cannot help with that.")
    texts[5] = _said(texts[5], "Loved “The Godfather”.")
    texts[8] = _said(texts[8], "Hates Star 2 and space stories.")
    report = audit(texts, evidences, lexicon)
    assert report.users["user_id"].tolist()[:3] == ["u08", "u03", "u05"]
    assert report.order[0] == 8
    assert report.figures()["refusals"] == 1


def test_another_language_and_a_fallback_are_counted(made):
    """A Chinese text where English was asked for, and the template in a model's place."""
    _, evidences, written, lexicon = made
    texts = list(written)
    texts[1] = _said(texts[1], "喜欢太空故事和机器人的冒险，也喜欢安静的结局。", language="English")
    texts[2] = replace(texts[2], fallback="The server did not answer.")
    figures = audit(texts, evidences, lexicon).figures()
    assert (figures["other_language"], figures["fallbacks"]) == (1, 1)


def test_specificity_is_the_distance_from_the_mean(made):
    """Equal vectors are at distance 0; an empty one is undefined."""
    _, evidences, written, lexicon = made
    vectors = np.ones((len(written), 2))
    vectors[0] = 0
    users = audit(written, evidences, lexicon, vectors=vectors).users.set_index("user_id")
    assert math.isnan(users.loc["u00", "specificity"])
    assert users.loc["u01", "specificity"] == 0


def test_one_description_for_each_evidence(made):
    """Lengths that differ are refused with both numbers."""
    _, evidences, written, lexicon = made
    with pytest.raises(InputError, match="23 descriptions but evidence of 24"):
        audit(written[:-1], evidences, lexicon)


def test_near_duplicates():
    """Equal and nearly equal texts are pairs, most alike first; others and empty ones are none."""
    words = list("abcdefghijklmnopqrstuvwxyz")
    text = " ".join(words)
    near = " ".join([*words[:-1], "other"])
    found = duplicates([text, "something else entirely", text, near, "", ""])
    assert [(p.first, p.second) for p in found] == [(0, 2), (0, 3), (2, 3)]
    assert found[0].alike == 1.0
    assert found[1].alike == 24 / 26


def test_one_text_for_everybody_is_paired_in_bounds():
    """Each of a thousand equal texts has at most MOST_ALIKE earlier ones, and all have one."""
    found = duplicates(["one two three four"] * 1000)
    assert len(found) <= 1000 * MOST_ALIKE
    assert {n for p in found for n in (p.first, p.second)} == set(range(1000))


def test_the_most_alike_are_the_ones_that_count():
    """Before thirty texts that share 80 % there stands an equal one: it is among the pairs."""
    words = [f"w{n}" for n in range(40)]
    others = [" ".join([*words[:-3], f"a{n}", f"b{n}", f"c{n}"]) for n in range(30)]
    near = " ".join([*words[:-1], "end"])
    found = duplicates([*others, " ".join(words), near])
    mine = [p for p in found if p.second == len(others) + 1]
    assert len(mine) == MOST_ALIKE
    assert (mine[0].first, mine[0].alike) == (len(others), 38 / 40)


def test_mean_cosine():
    """1 for one direction, 0 for right angles, undefined for fewer than two."""
    assert mean_cosine(np.array([[1.0, 0], [2, 0], [3, 0]])) == pytest.approx(1)
    assert mean_cosine(np.array([[1.0, 0], [0, 5]])) == pytest.approx(0)
    assert math.isnan(mean_cosine(np.array([[1.0, 0], [0, 0]])))


def test_wordings_differ_and_say_the_same(made):
    """Six ways of one user's text: other words, the same rows and polarities."""
    items, evidences, _, _ = made
    ways = paraphrases(evidences[4], items, 6)
    assert len({one.text() for one in ways}) > 1
    assert len({tuple((s.rows, s.polarity) for s in one.sentences) for one in ways}) == 1
    assert {one.owner_id for one in ways} == {"u04"}


def test_stability_of_a_built_study(built_study):
    """One wording twice has no spread; other users' texts are further away than that."""
    recommender = Recommender(built_study)
    one = recommender.written[4]
    found = stability(recommender, "u04", [one, one])
    assert found.cosine == pytest.approx(1, abs=1e-5)
    assert found.others < found.cosine


def test_the_study_knows_who_saw_held_out_rows(built_study):
    """Texts of the build were written from all rows, so all saw what a split by time holds out."""
    report = audit_study(Recommender(built_study))
    assert report.leak is not None
    assert report.leak.saw.all()
    assert report.users["held_out"].all()


def test_the_command(built_study, capsys):
    """`llmrec audit --json` prints one document with figures, writers and the worst users."""
    assert main(["audit", "tiny", "--json", "--n", "3"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["figures"]["users"] == 24
    assert document["writers"] == {"template": 24}
    assert len(document["worst"]) == 3
    assert main(["audit", "tiny", "--wordings", "u04", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["texts"]) == 6
    assert main(["audit", "tiny"]) == 0
    assert "contradicted           0" in capsys.readouterr().out
