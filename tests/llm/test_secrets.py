"""A key is sent to its server, and shown, stored and logged nowhere."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmrec_core.llm import Message, ModelError, Request, retrying
from llmrec_core.llm.address import api_key
from llmrec_core.llm.asking import ask
from llmrec_core.llm.connect import open_model
from llmrec_core.llm.examine import chat_models
from llmrec_core.llm.limits import Limits
from llmrec_core.llm.memory import Answers
from llmrec_core.llm.server import ServerModel
from llmrec_core.writing.settings import Writing
from tests.llm.scripted import Handler, Scripted, failing, good

_KEY = "sk-secret-4711-do-not-show"
_LIMITS = Limits(timeout=5, silence=5, retries=1, at_once=1)
_REQUESTS = [Request((Message("user", f"u{k}"),), 20) for k in range(2)]


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """A server without an act yet."""
    server = Scripted()
    yield server
    server.stop()


def _repeat_the_key(handler: Handler) -> None:
    """What some servers do with a wrong key."""
    failing(500, f"Incorrect API key provided: {_KEY}")(handler)


@pytest.mark.parametrize("act", [good, _repeat_the_key, failing(401, f"no key {_KEY}"),
                                 failing(404, f"{_KEY}?")])  # fmt: skip
def test_the_key_is_nowhere_but_in_its_header(
    scripted: Scripted, act, tmp_path: Path, capfd, caplog, monkeypatch  # noqa: ANN001
) -> None:
    """Searched: output, logs at their noisiest, errors with their tracebacks, files, repr, keys."""
    monkeypatch.setattr(retrying, "PAUSE", 0.01)
    caplog.set_level(logging.DEBUG)
    scripted.acts = [act]
    model = ServerModel("small", scripted.url, _LIMITS, _KEY)
    found = [repr(model), repr(vars(model)), model.key, model.name, _REQUESTS[0].key(model.key)]
    with Answers(tmp_path / "answers.sqlite") as answers:
        for _, result in ask(model, _REQUESTS, answers, _LIMITS):
            found.append(repr(result))
            if isinstance(result, ModelError):
                found += traceback.format_exception(result)
        try:
            list(model.stream(_REQUESTS[0]))
        except ModelError as error:
            found += [str(error), *traceback.format_exception(error)]
    out, err = capfd.readouterr()
    found += [out, err, caplog.text, *map(str, (r.__dict__ for r in caplog.records))]
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert files and not any(_KEY.encode() in data for data in files)
    assert all(_KEY not in text for text in found)
    assert {headers["authorization"] for headers in scripted.headers} == {f"Bearer {_KEY}"}


def test_the_key_comes_from_the_environment_alone(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The studio's own variable first, then the usual one; what is given by hand wins."""
    scripted.acts = [good]
    writing = Writing(writer="server", model="small", server=scripted.url)
    for name in ("LLMREC_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    assert api_key() == "none"
    monkeypatch.setenv("OPENAI_API_KEY", "usual")
    monkeypatch.delenv("LLMREC_SERVER", raising=False)
    list(open_model(writing, _LIMITS).answer(_REQUESTS[:1]))
    monkeypatch.setenv("LLMREC_SERVER", scripted.url)
    list(open_model(writing, _LIMITS).answer(_REQUESTS[:1]))
    monkeypatch.setenv("LLMREC_API_KEY", "own")
    list(open_model(writing, _LIMITS).answer(_REQUESTS[:1]))
    list(open_model(writing, _LIMITS, "by hand").answer(_REQUESTS[:1]))
    sent = [headers["authorization"] for headers in scripted.headers]
    assert sent == ["Bearer none", "Bearer usual", "Bearer own", "Bearer by hand"]


@pytest.mark.parametrize(("server", "named", "sent"), [
    ("https://api.openai.com/v1", "", True), ("https://eu.api.openai.com/v1", "", True),
    ("https://api.openai.com./v1", "", True), ("http://api.openai.com/v1", "", False),
    ("https://example.org/v1", "", False), ("https://notopenai.com/v1", "", False),
    ("https://openai.com.example.org/v1", "", False), ("http://localhost:1/v1", "", False),
    ("https://example.org/v1", "https://example.org/v1", True),
    ("https://example.org/v1", "https://other.org/v1", False),
    ("http://example.org/v1", "http://example.org/v1", False),
    ("http://localhost:1/v1", "http://localhost:1/v1", True), ("", "https://example.org/v1", True),
    ("", "", False), ("http://[", "http://[", False),
])  # fmt: skip
def test_the_usual_key_goes_where_it_was_meant_to_go(server: str, named: str, sent: bool) -> None:
    """A study that names another server does not get it; one set for the studio goes anywhere."""
    there = {"OPENAI_API_KEY": "usual", "LLMREC_SERVER": named}
    assert api_key(server, there) == ("usual" if sent else "none")
    assert api_key(server, there | {"LLMREC_API_KEY": "own"}) == "own"


def test_equal_models_share_answers_whatever_the_key(scripted: Scripted) -> None:
    """A new key does not mean that everything is paid for again."""
    one, two = (ServerModel("small", scripted.url, _LIMITS, key) for key in ("a", "b"))
    assert one.key == two.key != ServerModel("large", scripted.url, _LIMITS, "a").key


def test_doctor_names_what_could_be_used(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server's models, the caps, and of the key only that it is there."""
    monkeypatch.setenv("LLMREC_SERVER", scripted.url)
    monkeypatch.setenv("LLMREC_API_KEY", _KEY)
    monkeypatch.setenv("LLMREC_MODEL_MOST_TOKENS", "5000")
    found = chat_models()
    assert found["server"] == f"{scripted.url}: lists large, small"
    assert found["server key"] == "set in LLMREC_API_KEY"
    assert found["limits"].endswith("at most 5,000 tokens")
    assert _KEY not in str(found)
    monkeypatch.setenv("LLMREC_SERVER", "http://127.0.0.1:9/v1")
    assert chat_models()["server"].startswith("not usable: http://127.0.0.1:9/v1 ")
