"""What a person chose for a study: kept whole, read back whole, without a secret."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from llmrec_core.errors import WrongUseError
from llmrec_core.study import Study
from llmrec_core.writing.chosen import (
    FILE,
    Chosen,
    arguments,
    checked_address,
    chosen,
    environment,
    keep,
)

AT_SERVER = Chosen(writer="server", server="http://localhost:1/v1/", server_model="tiny")


@pytest.fixture
def study(tmp_path: Path) -> Study:
    (tmp_path / "s").mkdir()
    return Study(tmp_path / "s")


def test_settings_come_back_as_they_were_kept(study: Study) -> None:
    """Every field, also the ones of the writers that are not chosen."""
    given = replace(AT_SERVER, local_model="folder", language="中文", prompts={"prose": "ab"},
                    sample=7, most_cost=0.5, price_read=1.5)  # fmt: skip
    keep(study, given)
    assert chosen(study) == given


def test_nothing_chosen_is_the_template(study: Study) -> None:
    """And it is called with no model, whatever else stands in the boxes."""
    assert chosen(study) == Chosen()
    assert arguments(replace(Chosen(), language="Chinese", sample=3)) == ["--writer=template"]


def test_a_damaged_field_is_left_at_its_default(study: Study) -> None:
    """The rest of the file still counts."""
    document = {"writer": "oracle", "sample": -1, "max_tokens": True, "timeout": "9",
                "prompts": [1], "server": "http://h/v1", "unknown": 1}  # fmt: skip
    (study.folder / FILE).write_text(json.dumps(document))
    assert chosen(study) == Chosen(server="http://h/v1")
    (study.folder / FILE).write_text("[")
    assert chosen(study) == Chosen()


def test_incomplete_settings_are_kept_and_refused_when_used(study: Study) -> None:
    """A half-typed server is remembered; a build with it says what lacks."""
    keep(study, Chosen(writer="server"))
    with pytest.raises(WrongUseError, match="no address"):
        chosen(study).writing()
    with pytest.raises(WrongUseError, match="no name"):
        replace(AT_SERVER, server_model=" ").writing()
    with pytest.raises(WrongUseError, match="needs prices"):
        replace(AT_SERVER, most_cost=1.0).limits()


@pytest.mark.parametrize("address", [
    "https://me:sk-secret@h/v1", "http://sk-secret@h/v1", "http://h/v1?key=sk-secret",
    "me:sk-secret@h/v1",
])  # fmt: skip
def test_an_address_with_a_secret_in_it_is_not_written_down(study: Study, address: str) -> None:
    """It is refused, names the place where a key belongs, and leaves no file."""
    with pytest.raises(WrongUseError, match="LLMREC_API_KEY") as refusal:
        keep(study, replace(AT_SERVER, server=address))
    assert "sk-secret" not in str(refusal.value) and not (study.folder / FILE).exists()


@pytest.mark.parametrize("address", ["file:///etc/x", "ftp://h", "h:1/v1", "http://", "http://h:x"])
def test_only_http_addresses_are_servers(address: str) -> None:
    """Anything else is refused with an example."""
    with pytest.raises(WrongUseError, match="http://localhost:11434/v1"):
        checked_address(address)
    assert checked_address(" http://localhost:1/v1/ ") == "http://localhost:1/v1"


def test_the_command_line_says_all_that_descriptions_depend_on() -> None:
    """Each setting is an argument; what looks like an option stays a value."""
    settings = replace(AT_SERVER, language="--yes", prompts={"prose": "ab", "persona": "cd"})
    given = arguments(settings, agreed=True)
    assert {"--writer=server", "--model=tiny", "--server=http://localhost:1/v1", "--scheme=prose",
            "--language=--yes", "--prompt=ab", "--yes"} <= set(given)  # fmt: skip
    assert "--yes" not in arguments(settings) and "--prompt=cd" not in given


def test_the_key_goes_into_the_environment_of_a_server_only(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the arguments nor the file ever hold it; other writers do not get it."""
    monkeypatch.delenv("LLMREC_API_KEY", raising=False)
    assert environment(AT_SERVER, "sk-secret")["LLMREC_API_KEY"] == "sk-secret"
    assert "LLMREC_API_KEY" not in environment(Chosen(), "sk-secret")
    keep(study, AT_SERVER)
    assert "sk-secret" not in " ".join(arguments(AT_SERVER)) + (study.folder / FILE).read_text()


def test_limits_reach_the_child_as_they_were_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment says in the child is what the page says here."""
    from llmrec_core.llm.limits import Limits

    monkeypatch.setenv("LLMREC_MODEL_RETRIES", "1")
    settings = replace(AT_SERVER, timeout=7.5, at_once=2, most_tokens=12_345_678, most_cost=0.25,
                       price_read=0.1, price_written=0.4)  # fmt: skip
    assert Limits.from_environment(environment(settings)) == settings.limits()
    assert settings.limits().retries == 1 and settings.limits().most_tokens == 12_345_678
