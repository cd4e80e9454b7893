"""The command line: exit codes, the shape of every JSON document, one clear line on failure."""

import csv
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import world
from commands import document, refused, run
from conftest import FakeEncoder

from llmrec_core import behaviour, cli, doctor, embed, metrics
from llmrec_core.describe import typed_description
from llmrec_core.recommender import Recommender
from llmrec_core.study import Study, home

LEDGER = {"signal", "weight", "kind", "evidence", "contribution", "children"}


@pytest.fixture
def fake(monkeypatch):
    """Wherever a command loads an encoder it gets one without a model."""
    monkeypatch.setattr(embed, "load_encoder", lambda *args, **kwargs: FakeEncoder())


def test_recommend_has_the_contracts_shape(built_study, capsys):
    """{user, n, weights, weights_name, items: [{item_id, title, …}], milliseconds, known}."""
    found = document(capsys, "recommend", "tiny", "u03", "--n", "4")
    assert list(found) == ["user", "n", "weights", "weights_name", "items", "milliseconds", "known"]
    assert (found["user"], found["n"]) == ("u03", 4)
    assert list(found["weights"]) == list(Recommender(built_study).names)
    assert [line["rank"] for line in found["items"]] == [1, 2, 3, 4]
    for line in found["items"]:
        assert list(line) == ["item_id", "title", "score", "rank", "signals"]
        assert sum(line["signals"].values()) == pytest.approx(line["score"], rel=1e-9)


def test_recommend_for_people(built_study, capsys):
    """Without --json: a line an item with its rank, score, id and title."""
    code, out, err = run(capsys, "recommend", "tiny", "u03", "--n", "2")
    assert (code, err) == (cli.OK, "")
    assert out.splitlines()[0].split()[0] == "1"
    assert "i03" in out.splitlines()[0]
    assert "Some is known: 13 rows" in out.splitlines()[2]


def test_recommend_by_weights_and_text(built_study, capsys):
    """Weights by JSON or by a saved name, and sentences instead of the description."""
    built_study.journal.save_weights("popular", {"popularity": 1.0})
    by_name = document(capsys, "recommend", "tiny", "u03", "--weights", "popular")
    by_json = document(capsys, "recommend", "tiny", "u03", "--weights", '{"popularity": 1}')
    assert by_name["items"] == by_json["items"]
    only = ("--weights", '{"description": 1}')
    said = document(capsys, "recommend", "tiny", "u03", *only, "--text", "Is fond of Ada.")
    plain = document(capsys, "recommend", "tiny", "u03", *only)
    assert [x["score"] for x in said["items"]] != [x["score"] for x in plain["items"]]


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        (("nobody",), "no user 'nobody' in this study"),
        (("u00", "--weights", "nonesuch"), "no saved weights 'nonesuch' (saved: none yet)"),
        (("u00", "--weights", '{"tatse": 1}'), "no signal 'tatse'"),
        (("u00", "--weights", '{"taste": NaN}'), "not a finite number"),
        (("u00", "--weights", '{"taste": 1e300}'), "not a finite number between"),
        (("u00", "--text", " "), "no sentence to add"),
        (("u\n00",), "no user 'u\\n00'"),
    ],
)
def test_recommend_refuses_in_one_line(built_study, capsys, extra, message):
    """Exit 1, nothing on stdout, one line on stderr that names what is wrong."""
    code, out, err = run(capsys, "recommend", "tiny", *extra)
    assert (code, out) == (cli.FAILED, "")
    assert message in err
    assert len(err.splitlines()) == 1


def test_explain_has_the_contracts_shape(built_study, capsys):
    """{user, item, score, rank, ledger}, the ledger's leaves adding up to the score."""
    found = document(capsys, "explain", "tiny", "u03", "i03")
    assert {"user", "item", "score", "rank", "ledger"} <= set(found)
    assert set(found) <= {
        "user", "item", "title", "score", "rank", "weights", "weights_name", "ledger",
    }
    assert (found["user"], found["item"], found["rank"]) == ("u03", "i03", 1)

    def leaves(entry):
        assert set(entry) == LEDGER
        inside = entry["children"]
        return sum(map(leaves, inside)) if inside else entry["contribution"]

    assert sum(map(leaves, found["ledger"])) == pytest.approx(found["score"], rel=1e-4)


def test_a_weight_is_one_number_wherever_it_stands(built_study, capsys):
    """No entry shows what rounding to float32 makes of it."""
    given = '{"sequence": 0.05, "taste": 0.3}'
    found = document(capsys, "explain", "tiny", "u03", "i03", "--weights", given)

    def check(entry):
        assert entry["weight"] == found["weights"][entry["signal"]]
        for child in entry["children"]:
            check(child)

    for entry in found["ledger"]:
        check(entry)
    assert {e["signal"]: e["weight"] for e in found["ledger"]} == {"sequence": 0.05, "taste": 0.3}


def test_the_score_explained_is_the_score_listed(built_study, capsys):
    """The two commands agree to the last digit."""
    first = document(capsys, "recommend", "tiny", "u08", "--n", "1")["items"][0]
    found = document(capsys, "explain", "tiny", "u08", first["item_id"])
    assert (found["score"], found["rank"]) == (first["score"], 1)


def test_explaining_what_a_user_has_gives_no_rank(built_study, capsys):
    """A seen item is no candidate: rank null, and a ledger all the same."""
    seen = world.interactions().query("user_id == 'u03'")["item_id"].iloc[0]
    found = document(capsys, "explain", "tiny", "u03", seen)
    assert found["rank"] is None
    assert found["ledger"]
    assert "nothing" in refused(capsys, "explain", "tiny", "u03", "nothing")


def test_exposure_has_the_contracts_shape(built_study, capsys):
    """{setting, metrics, deciles}; a metric is a number or null."""
    found = document(capsys, "exposure", "tiny", "--n", "3")
    assert list(found) == ["setting", "metrics", "deciles"]
    assert {"gini", "coverage@3", "tail_share@3"} <= set(found["metrics"])
    assert all(v is None or isinstance(v, float | int) for v in found["metrics"].values())
    assert found["setting"]["n"] == 3
    assert len(found["deciles"]) == 10


def test_evaluate_has_the_contracts_shape(built_study, fake, capsys):
    """{protocol, rows: [{recipe, metrics, intervals, seconds}]}, every signal and the blend."""
    found = document(capsys, "evaluate", "tiny", "--protocol", "temporal")
    assert list(found)[0] == "protocol"
    assert found["protocol"]["name"] == "temporal"
    assert {"split", "candidates", "n", "gain", "validation"} <= set(found["protocol"])
    recipes = {row["recipe"] for row in found["rows"]}
    assert recipes >= {"description", "taste", "collaborative", "blend"}
    for row in found["rows"]:
        assert {"recipe", "metrics", "intervals", "seconds"} <= set(row)
        low, high = row["intervals"]["ndcg@10"]
        assert low <= row["metrics"]["ndcg@10"] <= high


def test_evaluate_counts_the_rows_that_the_study_counts(built_study, fake, capsys):
    """The study's filters, told on the card; a published protocol keeps its own rows."""
    built_study.set_filters(behaviour.Filters(min_value=2))
    found = document(capsys, "evaluate", "tiny")
    rows = found["data"]["training_rows"] + found["data"]["held_out_rows"]
    assert rows == (world.interactions()["value"] >= 2).sum()
    assert found["protocol"]["filters"]["min_value"] == 2
    found = document(capsys, "evaluate", "tiny", "--protocol", "microsoft-100k")
    assert found["protocol"]["filters"]["min_value"] is None


def test_evaluate_reads_with_the_encoder_of_the_last_build(built_study, capsys, monkeypatch):
    """No other encoder is loaded unless --encoder names one; the document says which."""
    asked = []
    monkeypatch.setattr(
        embed, "load_encoder", lambda name, **_: asked.append(name) or FakeEncoder(16)
    )
    assert document(capsys, "evaluate", "tiny")["encoder"] == "fake"
    assert asked == []
    document(capsys, "evaluate", "tiny", "--encoder", "another")
    assert asked == ["another"]


def test_evaluate_for_people_warns_of_rows_without_time(built_study, fake, capsys, monkeypatch):
    """Card and encoder above the table; the warning only where times decide."""
    whole = Study.tables(built_study)
    whole.interactions.frame.loc[:4, "timestamp"] = pd.NA
    monkeypatch.setattr(Study, "tables", lambda self: whole)
    _, out, _ = run(capsys, "evaluate", "tiny")
    assert "warning            5 of 312 rows have no time" in out
    assert "encoder            fake" in out
    assert "warning" not in run(capsys, "evaluate", "tiny", "--protocol", "random")[1]


def test_an_undefined_figure_is_called_so(built_study, fake, capsys, monkeypatch):
    """No «nan» in the table for people."""
    monkeypatch.setattr(metrics.ranking, "ndcg", lambda *args: np.full(world.N, np.nan))
    _, out, _ = run(capsys, "evaluate", "tiny")
    assert " nan" not in out
    assert " undefined" in out


def test_export_writes_open_files_that_no_spreadsheet_runs(built_study, tmp_path, capsys):
    """Lists, descriptions and the recipe; a cell that begins with = is made inert."""
    evil = typed_description("u00", "=HYPERLINK(evil) is what they like.")
    built_study.journal.save_description(evil)
    code, out, _ = run(capsys, "export", "tiny", tmp_path / "out")
    assert code == cli.OK
    names = {line.rpartition("/")[2] for line in out.splitlines()}
    assert names == {
        "lists.csv", "descriptions.csv", "item_texts.csv", "map.csv", "recipe.json"
    }
    with open(tmp_path / "out" / "descriptions.csv", newline="") as file:
        sentences = [row["sentence"] for row in csv.DictReader(file)]
    assert "'=HYPERLINK(evil) is what they like." in sentences
    assert not [s for s in sentences if s.startswith(("=", "+", "-", "@"))]
    with open(tmp_path / "out" / "lists.csv", newline="") as file:
        first = next(csv.DictReader(file))
    assert list(first) == ["user_id", "rank", "item_id", "title"]
    assert "cannot be written" in refused(capsys, "export", "tiny", "/proc/nowhere")


def test_doctor_says_what_would_be_used(built_study, capsys, monkeypatch):
    """Versions, device, encoder, writer, disk and the studies there are."""
    monkeypatch.setattr(
        doctor, "_encoder", lambda: {"device": "cpu: no GPU was found", "encoder": "fake"}
    )
    found = document(capsys, "doctor")
    assert {"versions", "device", "encoder", "writer", "disk", "home", "studies"} <= set(found)
    assert found["studies"] == ["tiny"]
    code, out, _ = run(capsys, "doctor")
    assert code == cli.OK
    assert "no GPU was found" in out


@pytest.mark.parametrize(
    "argv",
    [("recommend", "none", "u"), ("explain", "none", "u", "i"), ("exposure", "none"),
     ("evaluate", "none"), ("build", "none"), ("export", "none", "out")],
)
def test_a_study_that_is_not_there(built_study, capsys, argv):
    """Every command names it, those there are, and how to make one."""
    line = refused(capsys, *argv)
    assert "There is no study 'none' (there are: tiny)" in line
    assert "llmrec import none" in line


@pytest.mark.parametrize("argv", [("--help",), ("--version",), ("recommend", "--help")])
def test_help_is_exit_0(capsys, argv):
    """Help and version go to stdout."""
    code, out, err = run(capsys, *argv)
    assert (code, err) == (cli.OK, "")
    assert "llmrec" in out


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(28, "No space left on device", "/x/y"), "/x/y cannot be used (No space left"),
        (MemoryError(), "more memory than there is"),
        (KeyboardInterrupt(), "stopped; what was finished is kept"),
    ],
)
def test_what_the_system_refuses_is_one_line_too(built_study, capsys, monkeypatch, error, message):
    """A full disk, too little memory and Ctrl-C: exit 1 and one line."""
    monkeypatch.setattr(Study, "open", lambda *_: (_ for _ in ()).throw(error))
    assert message in refused(capsys, "exposure", "tiny")


def test_a_reader_that_goes_away_is_no_traceback(built_study):
    """`llmrec … | head -0` ends quietly."""
    command = [sys.executable, "-m", "llmrec_core.cli", "exposure", "tiny", "--json"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    child.stdout.close()
    err = child.stderr.read().decode()
    child.wait(60)
    assert "Traceback" not in err
    assert home().exists()


def test_the_command_starts_without_the_heavy_libraries():
    """`llmrec --help` must not wait for torch, pandas or Streamlit."""
    heavy = ("torch", "pandas", "streamlit", "umap", "sklearn", "scipy")
    code = (
        "import sys; from llmrec_core import cli; cli.main(['--version']); "
        f"print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
