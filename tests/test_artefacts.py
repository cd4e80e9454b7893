"""Artefacts: the old state or the new one whatever happens; never bytes nobody wrote."""

import json
import os
import random
import resource
import signal
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from faults import ERRORS, Faults

from llmrec_core.artefacts import Artefacts, write_atomically
from llmrec_core.errors import DamagedArtefactError, MissingArtefactError, StudioError

SIZE = 50_000


@pytest.fixture
def store(tmp_path):
    return Artefacts(tmp_path / "tiny" / "artefacts")


def save(store, number):
    store.save_arrays("stage", "key", {"x": np.full(SIZE, number)}, {"number": number})


def state(store):
    """The number that was saved; fails where arrays and card are of different saves."""
    values = set(store.load_arrays("stage", "key")["x"].tolist())
    assert values == {store.card("stage", "key")["number"]}
    return values.pop()


def data_file(store):
    return next((store.folder / "stage").glob("*.npz"))


def test_what_was_saved_is_read_back_unchanged_and_read_only(store):
    """Arrays of several types come back equal and cannot be written."""
    arrays = {"a": np.arange(6.0).reshape(2, 3), "b": np.array(["x", "ü"]), "c": np.zeros(0, bool)}
    store.save_arrays("stage", "key", arrays, {"recipe": {"n": 1}})
    back = store.load_arrays("stage", "key")
    assert all(np.array_equal(back[k], v) and back[k].dtype == v.dtype for k, v in arrays.items())
    with pytest.raises(ValueError, match="read-only"):
        back["a"][0, 0] = 1


def test_a_frame_is_read_back_unchanged(store):
    """Text, lists and missing values survive Parquet."""
    frame = pd.DataFrame({"t": ["a", "ü"], "l": [["x"], []], "v": pd.array([1, None], "Int64")})
    store.save_frame("stage", "key", frame, {})
    back = store.load_frame("stage", "key")
    assert back["t"].tolist() == ["a", "ü"]
    assert [list(cell) for cell in back["l"]] == [["x"], []]
    assert back["v"].isna().tolist() == [False, True]


def test_python_objects_are_never_stored(store):
    """An object array would need pickle: it is refused when saving."""
    with pytest.raises(ValueError, match="Object arrays"):
        store.save_arrays("stage", "key", {"x": np.array([{}], object)}, {})
    assert not store.exists("stage", "key")


def test_a_missing_artefact_names_the_build(store):
    """What is not there is named together with the command that makes it."""
    with pytest.raises(MissingArtefactError, match="no stage key yet.*llmrec build tiny"):
        store.load_arrays("stage", "key")


def test_saving_again_replaces_and_leaves_one_data_file(store):
    """The data of the card that was replaced is removed."""
    save(store, 1)
    save(store, 2)
    assert state(store) == 2
    assert len(list((store.folder / "stage").iterdir())) == 2


def test_removing_leaves_nothing(store):
    """Card and data both go; removing twice is no error."""
    save(store, 1)
    store.remove("stage", "key")
    store.remove("stage", "key")
    assert list((store.folder / "stage").iterdir()) == []


@pytest.mark.parametrize("position", [0, 100, SIZE, -1])
def test_any_flipped_bit_is_found(store, position):
    """In the header, the numbers or the end: the error names the remedy."""
    save(store, 1)
    path = data_file(store)
    data = bytearray(path.read_bytes())
    data[position] ^= 4
    path.write_bytes(data)
    with pytest.raises(DamagedArtefactError, match="is damaged.*llmrec build tiny"):
        store.load_arrays("stage", "key")


@pytest.mark.parametrize("left", [0, 1, 1000, -1])
def test_truncated_data_is_found(store, left):
    """Also when nothing or all but one byte is left."""
    save(store, 1)
    path = data_file(store)
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(DamagedArtefactError, match="is damaged"):
        store.load_arrays("stage", "key")


def test_data_that_is_gone_is_damage_not_absence(store):
    """The card says that there was something."""
    save(store, 1)
    data_file(store).unlink()
    with pytest.raises(DamagedArtefactError, match="is damaged or incomplete"):
        store.load_arrays("stage", "key")


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"schema": 1}', "\x00\xff"])
def test_a_broken_card_is_named(store, text):
    """No card however broken gives another error."""
    save(store, 1)
    (store.folder / "stage" / "key.json").write_text(text)
    with pytest.raises(DamagedArtefactError, match="llmrec build tiny"):
        store.load_arrays("stage", "key")


def test_a_newer_schema_is_refused_with_both_numbers(store):
    """The message says what was found and what this version reads."""
    save(store, 1)
    path = store.folder / "stage" / "key.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema": 2}))
    with pytest.raises(DamagedArtefactError, match="schema 2, this version reads 1: update"):
        store.load_arrays("stage", "key")


def test_a_card_cannot_point_out_of_its_folder(store, tmp_path):
    """A file name in a card is a name, never a path."""
    save(store, 1)
    (tmp_path / "secret.npz").write_bytes(data_file(store).read_bytes())
    path = store.folder / "stage" / "key.json"
    card = {**json.loads(path.read_text()), "file": "../../../secret.npz"}
    path.write_text(json.dumps(card))
    with pytest.raises(DamagedArtefactError, match="is damaged"):
        store.load_arrays("stage", "key")


@pytest.mark.parametrize("code", ERRORS)
@pytest.mark.parametrize("short", [False, True])
@pytest.mark.parametrize("before", [None, 1])
def test_a_fault_at_any_step_leaves_the_old_or_the_new_state(store, code, short, before):
    """The n-th operation fails for n = 1, 2, 3… until the save passes; the error is a named one."""
    for at in range(1, 60):
        store.remove("stage", "key")
        if before is not None:
            save(store, before)
        faults = Faults(at, code, short=short)
        with pytest.MonkeyPatch.context() as patch:
            faults.install(patch)
            try:
                save(store, 2)
            except StudioError as error:
                assert os.strerror(code) in str(error)
        if store.exists("stage", "key"):
            assert state(store) in (before, 2)
        else:
            assert before is None
        assert not list(store.folder.rglob(".partial-*"))
        if not faults.struck:
            break
    assert at > 8
    assert state(store) == 2


def test_a_limit_on_file_size_is_a_named_error(store):
    """A real short write: the system takes part of the data and refuses the rest."""
    save(store, 1)
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (SIZE, SIZE))
        try:
            save(store, 2)
        except StudioError:
            os._exit(7)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert state(store) == 1


def save_forever(store):
    """In a child: saves 2, 3, 4… until it is killed."""
    number = 1
    while True:
        number += 1
        save(store, number)


def fork(action, *args) -> int:
    """The pid of a child that runs `action` and never returns."""
    child = os.fork()
    if child == 0:
        try:
            action(*args)
        finally:
            os._exit(1)
    return child


def test_kill_at_random_moments_leaves_whole_artefacts(store):
    """SIGKILL while saving, 40 times: what is opened is one save, never a mixture."""
    rng = random.Random(42)
    save(store, 1)
    seen: set[int] = set()
    tries = 0
    while tries < 40 or (len(seen) <= 3 and tries < 400):  # a loaded machine needs more of them
        tries += 1
        child = fork(save_forever, store)
        time.sleep(rng.uniform(0.001, 0.05))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        seen.add(state(store))
    assert len(seen) > 3
    store.sweep(older_than=-1)
    assert len(list((store.folder / "stage").iterdir())) == 2


def test_a_reader_during_a_writer_sees_whole_artefacts(store):
    """The card may be replaced between reading it and reading its data."""
    save(store, 1)
    child = fork(save_forever, store)
    try:
        numbers = [store.load_arrays("stage", "key")["x"][[0, -1]].tolist() for _ in range(200)]
        until = time.monotonic() + 20  # a loaded machine may not have let the writer in yet
        while numbers[-1] == numbers[0] and time.monotonic() < until:
            numbers.append(store.load_arrays("stage", "key")["x"][[0, -1]].tolist())
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert all(first == last for first, last in numbers)
    assert numbers[-1] != numbers[0]


def test_sweeping_takes_leftovers_and_nothing_else(store):
    """Temporaries and data without a card go once they are old; what a card names stays."""
    save(store, 1)
    folder = store.folder / "stage"
    for name in (".partial-abc", "other.123.npz", "key.000000000000.npz"):
        (folder / name).write_bytes(b"x")
    assert store.sweep() == 0
    assert store.sweep(older_than=-1) == 3
    assert state(store) == 1


def test_data_of_a_newer_version_is_not_swept(store):
    """This version cannot read it, but its card names it."""
    save(store, 1)
    path = store.folder / "stage" / "key.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema": 2}))
    assert store.sweep(older_than=-1) == 0


def test_writing_into_a_file_instead_of_a_folder_is_a_named_error(tmp_path):
    """The path is in the message, with the remedy."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StudioError, match="file/x.json cannot be written .*: make room"):
        write_atomically(Path(tmp_path / "file" / "x.json"), b"{}")
