"""A build whose descriptions a chat model writes: resumed, sampled, and never paid for twice."""

from __future__ import annotations

import json

import pytest
import world
from chat import FakeChat
from conftest import FakeEncoder

from llmrec_core import cli, rebuild
from llmrec_core.build import build
from llmrec_core.describe import add
from llmrec_core.errors import MissingArtefactError, StudioError
from llmrec_core.llm import ModelUnavailableError
from llmrec_core.llm.limits import Limits, Prices
from llmrec_core.made import BuildRecipe
from llmrec_core.provenance import made
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study
from llmrec_core.writing import Writing
from llmrec_core.writing.desk import open_desk

WRITING = Writing(writer="local", model="fake")
ANSWER = "LIKES: Loves stories such as these.\nDISLIKES: Avoids dull ones."


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr("llmrec_core.choosing.MOST_SEARCHED", 0)


def write(study, writing=WRITING, script=ANSWER, **more):
    """Build with a scripted model; the model, and the recommender."""
    model = FakeChat(script, **more)
    desk = open_desk(writing, study, Limits(), model)
    build(study, BuildRecipe(writing=writing), encoder=FakeEncoder(), desk=desk)
    return model, Recommender(study)


def test_the_model_s_words_are_the_study_s(built_study):
    """Descriptions, sentences and scores are the model's; the card says who wrote."""
    before = Recommender(built_study)
    model, after = write(built_study)
    assert len(model.asked) == world.N
    assert {d.writer for d in after.written} == {"fake-chat"}
    assert after.profiles.sentence_text[0] == "Loves stories such as these."
    card = built_study.artefacts.card("descriptions", after.keys.descriptions)
    assert card["writers"] == {"fake-chat": world.N}
    assert card["fallbacks"] == 0
    assert made(built_study).writer == "fake on this machine (prose, English)"
    assert after.keys.choice == before.keys.choice
    assert after.keys.signals != before.keys.signals


def test_a_second_build_asks_nothing(built_study):
    """Nor does one after the artefacts were deleted: the answers are in the memory."""
    write(built_study)
    assert write(built_study)[0].asked == []
    for path in (built_study.folder / "artefacts" / "descriptions").iterdir():
        path.unlink()
    assert write(built_study)[0].asked == []


def test_going_back_to_the_template_makes_nothing_again(built_study):
    """Its artefacts are still there."""
    before = Recommender(built_study).keys
    write(built_study)
    build(built_study, BuildRecipe(), encoder=FakeEncoder())
    assert Recommender(built_study).keys == before


@pytest.mark.parametrize("stop", [{"stop_after": 10}, {"script": None}])
def test_an_unfinished_batch_stores_no_descriptions_and_goes_on(built_study, stop):
    """ctrl-C, or a server that goes away: the next build asks for the rest only."""
    def fails(request):
        return ANSWER if len(model.asked) <= 10 else ModelUnavailableError("It is down.")

    model = FakeChat(**{"script": ANSWER, **stop})
    model.script = fails if stop.get("script", "") is None else model.script
    desk = open_desk(WRITING, built_study, Limits(), model)
    with pytest.raises((KeyboardInterrupt, StudioError)) as caught:
        build(built_study, BuildRecipe(writing=WRITING), encoder=FakeEncoder(), desk=desk)
    if caught.type is StudioError:
        assert "10 of 24 descriptions are written and kept: build again" in str(caught.value)
    assert {d.writer for d in Recommender(built_study).written} == {"template"}
    again, rec = write(built_study)
    assert len(again.asked) == world.N - 10
    assert {d.writer for d in rec.written} == {"fake-chat"}


def test_a_sample_stays_the_sample_after_an_edit_of_an_item(built_study, tmp_path, monkeypatch):
    """Only users who have the item are written again, and only those of them in the sample."""
    import pandas as pd

    monkeypatch.setattr(rebuild, "MOST_CHANGED", 2 / world.N)
    writing = Writing(writer="local", model="fake", sample=8)
    model, before = write(built_study, writing)
    chosen = {d.owner_id for d in before.written if d.writer == "fake-chat"}
    assert (len(chosen), len(model.asked)) == (8, 8)
    paths = world.write_files(tmp_path / "edited")
    frame = pd.read_json(paths[1], lines=True)
    frame.loc[4, "plot"] = "Two lovers meet in a tender garden."
    frame.to_json(paths[1], orient="records", lines=True)
    edited = Study.create(built_study.name, paths, replace=True)
    model, after = write(edited, writing)
    readers = {u for u, i in zip(*(world.interactions()[c] for c in ("user_id", "item_id")),
                                 strict=True) if i == "i04"}  # fmt: skip
    assert {d.owner_id for d in after.written if d.writer == "fake-chat"} == chosen
    assert 0 < len(model.asked) <= len(chosen & readers)


def test_what_a_person_typed_stays_in_force(built_study):
    """Another writer's texts come under an edit, not over it."""
    rec = Recommender(built_study)
    edited = add(rec.description("u03"), "Hates spiders.")
    built_study.journal.save_description(
        edited, "Ada", original=rec.description("u03"), data=rec.rows_key
    )
    _, after = write(built_study)
    assert after.description("u03") == edited
    assert after.description("u05").writer == "fake-chat"


def test_a_build_from_before_models_says_what_to_do(built_study):
    """Its record named the writer alone: it is understood, and a new build is asked for."""
    path = built_study.folder / "build.json"
    document = json.loads(path.read_text())
    document["recipe"] = {"stage": "build", "version": 2, "encoder": "bundled", "n": 10,
                          "writer": "template", "map_neighbours": 15, "map_seed": 42}  # fmt: skip
    path.write_text(json.dumps(document))
    assert BuildRecipe.from_document(document["recipe"]).writing == Writing()
    for name in ("descriptions", "sentences"):
        for old in (built_study.folder / "artefacts" / name).iterdir():
            old.unlink()
    with pytest.raises(MissingArtefactError, match="llmrec build tiny"):
        Recommender(built_study)


def test_an_edited_prompt_of_the_journal_is_sent(built_study):
    """By its digest; one that nobody knows is refused."""
    from llmrec_core.writing.prompts import digest_of

    text = "Tell me of this person.\n{evidence}\n"
    built_study.journal.save_prompt("prose", text, "Ada")
    writing = Writing(writer="local", model="fake", prompt=digest_of(text))
    model, _ = write(built_study, writing)
    assert {p.split("\n")[0] for p in model.prompts} == {"Tell me of this person."}
    unknown = Writing(writer="local", model="fake", prompt="00" * 8)
    with pytest.raises(StudioError, match="not in this study's journal"):
        open_desk(unknown, built_study, Limits(), model)


@pytest.fixture
def commands(built_study, monkeypatch):
    """Runs `llmrec build tiny` against a scripted server; (exit code, the model)."""
    model = FakeChat(ANSWER)
    monkeypatch.setattr("llmrec_core.llm.connect.open_model", lambda *a, **k: model)
    monkeypatch.setattr("llmrec_core.embed.load_encoder", lambda name: FakeEncoder())

    def run(*more):
        given = ["--writer", "server", "--model", "m", "--server", "http://localhost:1/v1"]
        return cli.main(["build", "tiny", *given, *more]), model
    return run


def test_the_command_line_says_what_it_will_take(commands, capsys):
    """The estimate comes before the first request, the writers at the end."""
    code, model = commands("--sample", "3")
    out = capsys.readouterr().out
    assert code == 0
    assert out.startswith("3 texts are to be written: about")
    assert "Descriptions: 3 by fake-chat, 21 by template." in out
    assert len(model.asked) == 3


def test_the_command_line_says_what_rewriting_adds(commands, capsys):
    """It is in no estimate: how many sentences are wrong is not known before."""
    commands("--sample", "2")
    assert "come on top" not in capsys.readouterr().out
    commands("--sample", "2", "--unsupported", "rewrite")
    assert "come on top" in capsys.readouterr().out


def test_a_price_without_a_cap_needs_a_yes(commands, capsys):
    """Where nobody can be asked nothing is paid."""
    code, model = commands("--prices", "1,2")
    assert code == 2
    assert "--yes" in capsys.readouterr().err
    assert model.asked == []
    assert commands("--prices", "1,2", "--yes")[0] == 0


ELSEWHERE = ("--server", "https://example.org/v1")


def test_a_server_without_a_price_needs_a_yes_too(commands, capsys):
    """It may cost anything: a cap, a yes or «free» goes on; a known text needs none."""
    code, model = commands(*ELSEWHERE)
    assert (code, model.asked) == (2, [])
    assert "is not known and no cap is set" in capsys.readouterr().err
    for more in (("--prices", "0,0"), ("--most-tokens", "10000000"), ("--yes",), ()):
        assert commands(*ELSEWHERE, *more)[0] == 0


def test_a_server_of_the_environment_is_named_in_what_is_built(commands, monkeypatch, built_study):
    """Two servers that LLMREC_SERVER named are two writers: none has the other's texts."""
    keys = []
    for address in ("http://localhost:1/v1", "http://localhost:2/v1/"):
        monkeypatch.setenv("LLMREC_SERVER", address)
        assert commands("--server", "", "--sample", "2")[0] == 0
        rec = Recommender(built_study)
        assert rec.recipe.writing.server == address.rstrip("/")
        keys.append(rec.keys.descriptions)
    assert keys[0] != keys[1]


def test_new_weights_in_a_folder_write_anew(commands, tmp_path, built_study):
    """The folder's name stays, its files do not: no text of the old model is left."""
    folder = tmp_path / "model"
    folder.mkdir()
    keys = []
    for weights in ("old", "newer"):
        (folder / "model.safetensors").write_text(weights)
        assert commands("--writer", "local", "--model", str(folder), "--sample", "2")[0] == 0
        keys.append(Recommender(built_study).keys.descriptions)
    assert keys[0] != keys[1]
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert Recommender(built_study).keys.descriptions == keys[1]  # opened without the model


@pytest.mark.parametrize("command", [
    ("evaluate", "tiny", "--writers", "server:prose", "--model", "m", *ELSEWHERE),
    ("audit", "tiny", "--wordings", "u04"),
])  # fmt: skip
def test_measuring_with_a_server_is_estimated_and_asked_too(commands, capsys, command):
    """Neither the comparison nor the wordings pay unasked; a cap of the option is kept."""
    _, model = commands(*ELSEWHERE, "--sample", "2", "--yes")
    before, _ = len(model.asked), capsys.readouterr()
    assert cli.main([*command, "--json"]) == 2
    err = capsys.readouterr().err
    assert "texts are to be written" in err and "no cap is set" in err
    assert cli.main([*command, "--json", "--most-tokens", "9"]) == 1
    assert "above the cap of 9" in capsys.readouterr().err
    assert len(model.asked) == before
    assert cli.main([*command, "--json", "--yes"]) == 0
    assert json.loads(capsys.readouterr().out) and len(model.asked) > before


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1), ("", 1)])
def test_a_terminal_is_asked(commands, monkeypatch, answer, code):
    """Only a yes goes on."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda *_: answer)
    assert commands("--prices", "1,2", "--sample", "2")[0] == code


def test_a_prompt_file_becomes_a_version(commands, tmp_path, built_study):
    """What was sent can be read in the journal afterwards."""
    (tmp_path / "mine.md").write_text("Mine.\n{evidence}\n")
    code, model = commands("--sample", "2", "--prompt", str(tmp_path / "mine.md"))
    assert code == 0
    assert model.prompts[0].startswith("Mine.")
    assert [p.author for p in built_study.journal.prompts("prose")] == ["command line"]


@pytest.mark.parametrize(("name", "text", "said"), [
    ("nosuch.md", None, "There is no file 'nosuch.md'"),
    ("foo.md", "{evidence} {foo}", "There is no {foo} here"),
])  # fmt: skip
@pytest.mark.parametrize("writer", ["server", "template"])
def test_a_prompt_that_is_no_prompt_is_refused_at_once(
    commands, tmp_path, monkeypatch, built_study, capsys, name, text, said, writer
):
    """Whoever writes; nothing is asked, and nothing becomes a version."""
    monkeypatch.chdir(tmp_path)
    if text:
        (tmp_path / name).write_text(text)
    code, model = commands("--prompt", name, "--writer", writer)
    assert code != 0 and said in capsys.readouterr().err
    assert model.asked == [] and built_study.journal.prompts("prose") == []


@pytest.mark.parametrize("wrong", [
    ("--prices", "1"), ("--prices", "a,b"), ("--sample", "-1"), ("--max-tokens", "0"),
    ("--scheme", "sonnet"), ("--most-cost", "-1"),
])  # fmt: skip
def test_wrong_options_are_wrong_use(commands, wrong):
    """Exit code 2 before anything is asked."""
    code, model = commands(*wrong)
    assert code == 2
    assert model.asked == []


def test_prices_are_those_of_the_options(built_study):
    """A million tokens read cost the first number."""
    from llmrec_core.writing.plan import plan

    desk = open_desk(WRITING, built_study, Limits(prices=Prices(1e6, 0)), FakeChat(ANSWER))
    said = plan(built_study, WRITING, desk)
    assert (said.requests, said.known) == (world.N, 0)
    assert said.cost == said.prompt_tokens
