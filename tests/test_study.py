"""A study on disk: made, replaced, opened, and refused with what to do."""

import errno
import json

import pytest
import world
from faults import ERRORS, Faults

from llmrec_core.behaviour import Filters
from llmrec_core.errors import InputError, StudioError, UnknownIdError
from llmrec_core.study import SCHEMA, Study, check_name, home


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("LLMREC_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """A home with the study «tiny», read but not built."""
    folder = tmp_path_factory.mktemp("imported")
    Study.create("tiny", world.write_files(folder / "files"), where=folder / "home")
    return folder / "home"


@pytest.fixture
def study(imported, tmp_path):
    """A private copy of «tiny» in LLMREC_HOME."""
    import shutil

    shutil.copytree(imported, tmp_path / "home")
    return Study.open("tiny")


@pytest.fixture
def files(tmp_path):
    return world.write_files(tmp_path / "files")


def everything(study):
    """Every file of a study with its bytes."""
    return {p: p.read_bytes() for p in study.folder.rglob("*") if p.is_file()}


def test_a_study_holds_the_tables_that_were_read(study):
    """Rows, items and users of the world, and the load report."""
    tables = study.tables()
    assert len(tables.interactions.frame) == len(world.interactions())
    assert len(tables.items) == world.N
    assert study.behaviour(tables).n_users == world.N
    assert study.card["report"]["files"]


def test_an_existing_study_is_not_replaced_by_accident(study, files):
    """The name is refused before a file is read."""
    before = everything(study)
    with pytest.raises(InputError, match="'tiny' exists already: choose another name or replace"):
        Study.create("tiny", files)
    assert everything(study) == before


def test_replacing_keeps_what_people_typed(study, files):
    """New tables, the same journal; the old tables are gone."""
    study.journal.save_weights("mine", {"taste": 2.0})
    old = study.tables_folder
    again = Study.create("tiny", files, replace=True)
    assert again.journal.weights("mine") == {"taste": 2.0}
    assert again.tables_folder != old
    assert list(again.folder.glob("tables-*")) == [again.tables_folder]


def test_the_same_content_has_the_same_key(study, files):
    """Keys follow what the files say, not when they were read."""
    assert Study.create("tiny", files, replace=True).key == study.key


def test_a_failed_import_leaves_the_old_study(study, tmp_path):
    """Not one byte of the study changes."""
    (tmp_path / "bad.csv").write_text("colour,size\nred,1\n")
    before = everything(study)
    with pytest.raises(StudioError):
        Study.create("tiny", [tmp_path / "bad.csv"], replace=True)
    assert everything(study) == before


def test_a_failed_first_import_leaves_nothing(tmp_path):
    """No half study appears in the list, and no folder stays."""
    with pytest.raises(StudioError):
        Study.create("fresh", [tmp_path / "missing.csv"])
    assert Study.listing() == []
    assert not (home() / "fresh").exists()


def test_a_cancelled_import_leaves_nothing(files):
    """Cancelling is an error that says that nothing was changed."""
    with pytest.raises(InputError, match="cancelled: nothing was changed"):
        Study.create("fresh", files, cancel=lambda: True)
    assert not (home() / "fresh").exists()


def test_a_disk_that_fails_while_importing_leaves_the_old_study(study, files, monkeypatch):
    """The last step, writing the study's card, fails: the old tables are still in force."""
    before = everything(study)

    def full(self, card):
        raise StudioError("study.json cannot be written (No space left on device)")

    monkeypatch.setattr(Study, "_write_card", full)
    with pytest.raises(StudioError, match="No space left"):
        Study.create("tiny", files, replace=True)
    assert everything(study) == before


@pytest.mark.parametrize("code", ERRORS)
def test_a_fault_at_any_step_of_setting_filters_keeps_old_or_new(study, code):
    """The n-th operation fails for n = 1, 2, 3… until it passes."""
    old, new = Filters(), Filters(min_value=4.0)
    for at in range(1, 30):
        study.set_filters(old)
        faults = Faults(at, code)
        with pytest.MonkeyPatch.context() as patch:
            faults.install(patch)
            try:
                study.set_filters(new)
            except StudioError as error:
                assert "study.json cannot be written" in str(error)
        assert Study.open("tiny").filters in (old, new)
        if not faults.struck:
            break
    assert study.filters == new


def test_filters_are_remembered_and_name_another_behaviour(study):
    """The key changes with the filters and comes back with them."""
    key, rows = study.key, len(study.behaviour())
    study.set_filters(Filters(min_value=4.0))
    assert study.key != key
    assert len(Study.open("tiny").behaviour()) < rows
    study.set_filters(Filters())
    assert study.key == key


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../other", "a/b", "a\\b", "/etc", "Ä", "a b", "-a", "_a", "a" * 41, "a\n",
     "a\0", "con.json", "A", "a.b", "\u202ea", "%2e%2e", "~"],
)
def test_a_hostile_name_never_becomes_a_path(name, files):
    """Opening and creating refuse it and say what a name may be; nothing is written."""
    for action in (lambda: Study.open(name), lambda: Study.create(name, files)):
        with pytest.raises(InputError, match="cannot name a study: use 1 to 40 lower-case"):
            action()
    assert not home().exists()


def test_ordinary_names_are_allowed():
    """Letters, digits, - and _."""
    assert [check_name(n) for n in ("ml", "ml-100k", "a", "0_x", "a" * 40)]


def test_an_unknown_study_lists_those_there_are(study):
    """The names, and how to make one."""
    with pytest.raises(UnknownIdError, match=r"no study 'tony' \(there are: tiny\).*llmrec import"):
        Study.open("tony")


def test_an_empty_home_says_so():
    """Nothing there yet is no error of its own."""
    assert Study.listing() == []
    with pytest.raises(UnknownIdError, match="there are: none yet"):
        Study.open("tiny")


def test_the_list_shows_studies_only(study):
    """Files, caches and half-made folders in the home are left out."""
    (home() / "cache").mkdir()
    (home() / "half" / "tables-1").mkdir(parents=True)
    (home() / "note.txt").write_text("x")
    assert [s.name for s in Study.listing()] == ["tiny"]


@pytest.mark.parametrize("schema", [SCHEMA + 1, None, "1"])
def test_a_study_of_another_version_is_refused(study, schema):
    """Both numbers and the remedy are in the message; nothing is written."""
    path = study.folder / "study.json"
    path.write_text(json.dumps({**study.card, "schema": schema}))
    before = everything(study)
    with pytest.raises(InputError, match=f"schema {schema!r} and this version reads {SCHEMA}"):
        Study.open("tiny")
    assert everything(study) == before


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '"x"', '{"schema": 1}', '{"schema": 1, "content": 3}']
)
def test_a_broken_card_is_named(study, text):
    """Not a traceback but the file and what to do."""
    (study.folder / "study.json").write_text(text)
    with pytest.raises(InputError, match="study.json.*import the study again"):
        Study.open("tiny")


def test_a_home_that_cannot_be_used_is_named(tmp_path, files, monkeypatch):
    """A file where the folder should be: the message says how to choose another place."""
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(StudioError, match="cannot be kept in .*LLMREC_HOME"):
        Study.create("tiny", files)


def test_tables_that_were_changed_on_disk_are_refused(study):
    """A flipped byte in a table is found when it is read."""
    path = study.tables_folder / "interactions.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(StudioError, match="interactions"):
        study.tables()


def test_deleting_takes_everything(study):
    """The folder and what people typed."""
    study.delete()
    assert Study.listing() == []
    assert not study.folder.exists()


def test_errno_names_are_words():
    """The reasons in messages are the system's sentences."""
    with pytest.MonkeyPatch.context() as patch:
        Faults(1, errno.ENOSPC).install(patch)
        with pytest.raises(StudioError, match="No space left on device"):
            Study(home() / "x")._write_card({})
