"""`llmrec evaluate --slices`: the table, what differs by more than luck, and the slices."""

import world
from conftest import FakeEncoder

from llmrec_core.cli import main
from llmrec_core.evaluate import stored
from llmrec_core.evaluate.slices import slice_lines, slices_of
from llmrec_core.study import Study


def test_the_command_prints_the_slices_of_what_is_kept(tmp_path, monkeypatch, capsys):
    """Columns beyond right and wrong, the comparison, and slices that the kept result gives too."""
    monkeypatch.setenv("LLMREC_HOME", str(tmp_path / "home"))
    study = Study.create("tiny", world.write_files(tmp_path / "files"))
    monkeypatch.setattr("llmrec_core.embed.load_encoder", lambda *_, **__: FakeEncoder())
    assert main(["evaluate", "tiny", "--signals", "taste,popularity", "--slices"]) == 0
    out = capsys.readouterr().out
    assert "novelty@10" in out and "against taste, the best signal in the test (ndcg@10" in out
    kept = stored.load(study, stored.listing(study)[0].key)
    frame = slices_of(kept, study.tables())
    lines = list(slice_lines(frame.to_dict("records")))
    assert any("genres: space" in line for line in lines)
    assert "\n".join(lines) in out
