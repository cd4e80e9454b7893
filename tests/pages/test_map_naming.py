"""The map's groups named by a writer from the page: started, told, taken back."""

from __future__ import annotations

import sys

from llmrec_core import atlas, progress
from llmrec_core.project.named import GroupName
from llmrec_core.recommender import Recommender
from llmrec_core.ui import map_naming
from llmrec_core.writing import chosen
from llmrec_core.writing.settings import WriterKind
from tests.chat import FakeChat
from tests.pages.recommending import open_page, sound

PAGE = "pages/explore/map.py"


def _keys(at):
    return {button.key for button in at.button}


def test_groups_are_named_by_a_child_process_and_get_their_words_back(built_study, monkeypatch):
    """The template names nothing; a chosen model is asked by `llmrec map`; its end is told."""
    asked = []
    wait = [sys.executable, "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(map_naming.child, "command", lambda *given: asked.append(given) or wait)
    at = open_page(PAGE, study="tiny")
    assert at.button(key="map_name_first").disabled and "map_unname_first" not in _keys(at)
    settings = chosen.Chosen(writer=WriterKind.LOCAL.value)
    chosen.keep(built_study, settings)
    recommender = Recommender(built_study)
    own = atlas.spaces.builds_own(recommender)
    at = sound(at.run())
    at = sound(at.button(key="map_name_first").click().run())
    assert asked == [("map", "tiny", *map_naming.arguments(own), "--names=writer")]
    assert at.button(key="map_name_first").disabled and "names_cancel" in _keys(at)
    map_naming.job(built_study).end()
    report = progress.Reporter(built_study.folder / atlas.NAMING.progress, 1)
    report.end(progress.FAILED, "The model is not there.")
    world = atlas.opened(built_study, recommender)
    _name(built_study, recommender, world, monkeypatch)
    at = at.run()
    assert "The model is not there" in at.error[0].value
    at = at.button(key="map_unname_first").click().run()
    assert not at.exception and "map_unname_first" not in _keys(at)
    assert atlas.names_kept(built_study, world) == ()


def _name(study, recommender, world, monkeypatch):
    """Names as a writer leaves them."""
    names = [GroupName(f"Group of {label}", "fake-chat") for label in world.cluster_labels]
    monkeypatch.setattr(atlas.naming, "rewrite", lambda *given, **more: names)
    atlas.write_names(study, recommender, world, FakeChat(lambda _: "no"))
