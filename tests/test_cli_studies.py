"""The commands that make studies: import, build and demo."""

import pytest
import world
from commands import document, refused, run
from conftest import FakeEncoder

from llmrec_core import cli, demo, embed, made
from llmrec_core.study import Study


@pytest.fixture
def files(tmp_path, monkeypatch):
    """The world's files, and a home without studies."""
    monkeypatch.setenv("LLMREC_HOME", str(tmp_path / "home"))
    return world.write_files(tmp_path / "files")


@pytest.fixture
def fake(monkeypatch):
    """Wherever a command loads an encoder it gets one without a model."""
    monkeypatch.setattr(embed, "load_encoder", lambda *args, **kwargs: FakeEncoder())


def test_import_reports_what_was_read(files, capsys):
    """The load report as text and as JSON; a second import needs --replace."""
    code, out, err = run(capsys, "import", "fresh", *files)
    assert (code, err) == (cli.OK, "")
    assert "ratings.csv" in out
    assert out.splitlines()[-1] == "Next: llmrec build fresh"
    assert "exists already" in refused(capsys, "import", "fresh", *files)
    report = document(capsys, "import", "fresh", *files, "--replace")
    assert [file["name"] for file in report["files"]] == ["ratings.csv", "stories.jsonl"]


def test_import_with_columns_by_hand(tmp_path, files, capsys):
    """--map names a column that nobody could guess."""
    odd = tmp_path / "odd.csv"
    odd.write_text(files[0].read_text().replace("user_id", "qqq").replace("item_id", "zzz"))
    mapping = ("--map", "user_id=qqq", "--map", "item_id=zzz")
    assert run(capsys, "import", "odd", odd, files[1], *mapping)[0] == cli.OK
    rows = Study.open("odd").tables().interactions.frame
    assert rows["user_id"].nunique() == world.N


def test_import_refuses_and_leaves_nothing(tmp_path, files, capsys):
    """A file that is not there, one that is empty, a name that is none."""
    (tmp_path / "empty.csv").write_text("")
    assert "missing.csv" in refused(capsys, "import", "fresh", tmp_path / "missing.csv")
    assert "empty.csv" in refused(capsys, "import", "fresh", tmp_path / "empty.csv")
    assert "cannot name a study" in refused(capsys, "import", "../x", tmp_path / "empty.csv")
    assert Study.listing() == []


def test_build_makes_a_study_that_answers(files, capsys, fake):
    """Imported, not built: the message says so; built: it recommends."""
    run(capsys, "import", "fresh", *files)
    assert "is not built yet: run `llmrec build fresh`" in refused(
        capsys, "recommend", "fresh", "u00"
    )
    code, out, err = run(capsys, "build", "fresh")
    assert code == cli.OK
    assert "The study 'fresh' is built" in out
    assert "encoding item texts" in err
    assert run(capsys, "recommend", "fresh", "u00")[0] == cli.OK


def test_what_is_left_out_is_what_the_page_chose(files, capsys, built_study):
    """Without --writer the page's writer, caps and the last build's item texts; with it, none."""
    from llmrec_core.commands import left_out, writers
    from llmrec_core.writing.chosen import Chosen, keep

    keep(built_study, Chosen(
        writer="server", server="http://127.0.0.1:9/v1", server_model="tiny", language="German",
        most_tokens=500, timeout=600.0,
    ))
    options = cli._parser().parse_args(["build", built_study.name, "--sample", "3"])
    assert left_out.fill(options, built_study) == ""
    writing = writers.writing_of(options, built_study)
    assert (writing.model, writing.language, writing.sample) == ("tiny", "German", 3)
    limits = left_out.bounded(options, built_study, writers.limits_of(options))
    assert (limits.most_tokens, limits.timeout) == (500, 600.0)
    plain = cli._parser().parse_args(["build", built_study.name, "--writer", "template"])
    left_out.fill(plain, built_study)
    assert writers.writing_of(plain, built_study).language == "English"
    assert plain.item_texts == 0 and plain.encoder == made.encoder_name(built_study)
    keep(built_study, Chosen(writer="server"))
    lacking = cli._parser().parse_args(["build", built_study.name])
    assert "not complete" in left_out.fill(lacking, built_study)
    assert lacking.writer == "template"


def test_a_build_of_one_item_shows_no_nan(tmp_path, files, capsys, fake):
    """Nobody can be nearer to what they like than to anything else."""
    one = tmp_path / "one.csv"
    one.write_text("user_id,item_id,rating\na,x,1\nb,x,2\n")
    run(capsys, "import", "one", one)
    code, out, _ = run(capsys, "build", "one")
    assert code == cli.OK
    assert "nan" not in out
    assert "undefined: too few points" in out


def test_demo_makes_the_demo_and_builds_it(files, capsys, monkeypatch, fake):
    """The study is called demo, says that its readers are simulated, and answers."""
    monkeypatch.setattr(demo, "source_files", lambda: files)
    assert run(capsys, "demo")[0] == cli.OK
    made = Study.open("demo").card
    assert run(capsys, "demo")[0] == cli.OK
    assert Study.open("demo").card == made  # the second time nothing is read again
    assert "simulated" in made["about"]
    assert len(document(capsys, "recommend", "demo", "u00", "--n", "2")["items"]) == 2
