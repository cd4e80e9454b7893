"""Which signals are tried on some data: by size, memory, times and attributes, each with a why."""

from __future__ import annotations

import pytest

from llmrec_core import memory
from llmrec_core.errors import InputError
from llmrec_core.signals import item_item, offers
from llmrec_core.signals.offers import Data
from llmrec_core.signals.wanted import asked

USUAL = Data(users=900, items=1700, rows=100_000)


@pytest.fixture(autouse=True)
def _memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of 16 GB, whatever this one has."""
    monkeypatch.setattr(item_item, "free_memory", lambda: 16e9)


def test_auto_on_usual_data_takes_all_it_means_but_what_stands_in() -> None:
    """Nothing is in the way of EASE: iALS waits for a catalogue that needs it, and says so."""
    offer = offers.offers(asked("auto"), USUAL)
    assert set(asked("auto").names) - set(offer.names) == {"ials"} == set(offer.reasons)
    assert "20,000 items" in offer.reasons["ials"] and not offer.kept
    assert {"collaborative", "puresvd"} <= set(offer.names)
    assert "ials" in offers.offers(asked("auto,ials"), USUAL).names


def test_auto_at_25000_items_takes_ials_for_ease() -> None:
    """Both say so: what is not tried, at what cost, and what stands in."""
    offer = offers.offers(asked("auto"), Data(5000, 25_000, 1_000_000))
    assert "collaborative" not in offer.names and "ials" in offer.names
    told = offer.reasons["collaborative"]
    assert "7.5 GB" in told and "by name" in told
    assert offer.reasons["ials"].startswith("Stands in for Collaborative")


def test_ease_by_name_is_had_where_memory_allows() -> None:
    """25,000 items take 12 bytes a pair, which 16 GB hold."""
    offer = offers.offers(asked("collaborative"), Data(5000, 25_000, 1_000_000))
    assert offer.names == ("collaborative",) and offer.kept == {"collaborative"}


def test_ease_by_name_beyond_memory_is_refused_with_the_way_out() -> None:
    """Both figures, another signal, and the filter that makes the catalogue smaller."""
    with pytest.raises(InputError) as refused:
        offers.offers(asked("auto,collaborative"), Data(5000, 50_000, 1_000_000))
    said = str(refused.value)
    assert f"{12 * 50_000**2 / 1e9:.1f} GB" in said and "16.0 GB are free" in said
    assert "ials" in said and "rows an item needs" in said


def test_all_leaves_out_what_cannot_be_had() -> None:
    """Who asks for all of them named none: what cannot be had is left out, the rest is kept."""
    offer = offers.offers(asked("all"), Data(5000, 50_000, 1_000_000, entities=False))
    assert not {"collaborative", "knowledge"} & set(offer.names)
    assert {"collaborative", "knowledge"} <= set(offer.reasons)
    assert offer.kept == set(offer.names)


def test_rows_without_times_have_no_sequence_unless_asked() -> None:
    """The order of a file is not known to be that of events."""
    untimed = Data(900, 1700, 100_000, timed=False)
    told = offers.offers(asked("auto"), untimed)
    assert "sequence" not in told.names and "no times" in told.reasons["sequence"]
    assert "sequence" in offers.offers(asked("auto,sequence"), untimed).names


def test_items_that_share_nothing_have_no_knowledge() -> None:
    """Left out by itself, refused by name."""
    bare = Data(900, 1700, 100_000, entities=False)
    assert "knowledge" in offers.offers(asked("auto"), bare).reasons
    with pytest.raises(InputError, match="neither attributes nor triples"):
        offers.offers(asked("knowledge"), bare)


def test_auto_without_the_memory_for_ease_takes_ials_at_any_size() -> None:
    """What a build was not asked for by name is replaced, not refused."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(item_item, "free_memory", lambda: 1e6)
        offer = offers.offers(asked("auto"), USUAL)
    assert "collaborative" not in offer.names and "ials" in offer.names


def test_what_is_free_is_read_from_the_machine_and_its_container(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    """The smaller of both; a container without a limit has none."""
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable:    4000 kB\n")
    monkeypatch.setattr(memory, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "_GROUP", tmp_path)
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("1000000\n")
    assert memory.free_memory() == 4000 * 1024
    (tmp_path / "memory.max").write_text("3000000\n")
    assert memory.free_memory() == 2_000_000
    (tmp_path / "memory.stat").write_text("anon 200000\ninactive_file 600000\nslab 1\n")
    assert memory.free_memory() == 2_600_000  # files that were read are given up when asked


def test_little_free_memory_is_no_floor_of_four_gigabytes(monkeypatch) -> None:
    """18,000 items take 3.9 GB: not with 1 GB free; where nothing is known 4 GB are assumed."""
    monkeypatch.setattr(item_item, "free_memory", lambda: 1e9)
    assert not item_item.ease_fits(18_000) and item_item.ease_fits(8_000)
    monkeypatch.setattr(item_item, "free_memory", lambda: float("inf"))
    assert item_item.ease_fits(18_000) and not item_item.ease_fits(19_000)
