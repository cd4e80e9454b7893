"""A server's model: what is sent, what is read, and every way in which a server can fail."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmrec_core.errors import WrongUseError
from llmrec_core.llm import (
    Answer,
    Message,
    ModelError,
    ModelUnavailableError,
    PassingError,
    Request,
    retrying,
)
from llmrec_core.llm.asking import ask
from llmrec_core.llm.limits import Limits
from llmrec_core.llm.memory import Answers
from llmrec_core.llm.server import ServerModel
from tests.llm.scripted import Handler, Scripted, completion, failing, good, replies

_REQUEST = Request((Message("system", "Describe."), Message("user", "u1")), 20, 0.5, 7)
_QUICK = Limits(timeout=0.4, silence=0.3, retries=1, at_once=4)
_PATIENT = Limits(timeout=20, silence=20, retries=2, at_once=4)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "PAUSE", 0.01)


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """A server without an act yet."""
    server = Scripted()
    yield server
    server.stop()


def _model(server: Scripted, limits: Limits = _PATIENT, key: str = "none") -> ServerModel:
    return ServerModel("small", server.url, limits, key)


def _ask(model: ServerModel, n: int = 1) -> list[Answer | ModelError]:
    requests = [Request((Message("user", f"u{k}"),), 20) for k in range(n)]
    return [result for _, result in sorted(model.answer(requests), key=lambda pair: pair[0])]


def test_a_request_is_sent_as_it_is(scripted: Scripted) -> None:
    """Messages, length, temperature and seed; the key in the header it belongs into."""
    scripted.acts = [good]
    (_, answer), = _model(scripted, key="sk-1").answer([_REQUEST])
    assert isinstance(answer, Answer)
    assert (answer.text, answer.finish) == ("They like space.", "stop")
    assert (answer.prompt_tokens, answer.completion_tokens) == (11, 5)
    (sent,), (headers,) = scripted.asked, scripted.headers
    assert sent["messages"] == [
        {"role": "system", "content": "Describe."}, {"role": "user", "content": "u1"}
    ]
    assert (sent["model"], sent["max_tokens"], sent["temperature"], sent["seed"]) == (
        "small", 20, 0.5, 7
    )
    assert headers["authorization"] == "Bearer sk-1"


def test_many_requests_are_with_the_server_at_once(scripted: Scripted) -> None:
    """As many as allowed, never more; each answer meets its request."""
    def echo(handler: Handler) -> None:
        time.sleep(0.05)
        handler.reply(200, completion(handler.asked["messages"][0]["content"].upper()))

    scripted.acts = [echo]
    got = _ask(_model(scripted), 12)
    assert [answer.text for answer in got if isinstance(answer, Answer)] == [
        f"U{k}" for k in range(12)
    ]
    assert 1 < scripted.most_at_once <= 4


def test_a_stream_comes_in_pieces_and_returns_the_answer(scripted: Scripted) -> None:
    """What is shown while it comes adds up to the answer, which has the server's count."""
    scripted.acts = [good]
    stream, pieces = _model(scripted).stream(_REQUEST), []
    while True:
        try:
            pieces.append(next(stream))
        except StopIteration as end:
            answer = end.value
            break
    assert pieces == ["They ", "like ", "space."]
    assert (answer.text, answer.finish, answer.completion_tokens) == ("They like space.", "stop", 5)


def test_tokens_are_estimated_where_the_server_counts_none(scripted: Scripted) -> None:
    """Without usage a cap would cap nothing."""
    scripted.acts = [replies(200, {**completion("x" * 30), "usage": None})]
    model = _model(scripted)
    (answer,) = _ask(model)
    assert isinstance(answer, Answer) and answer.completion_tokens == 10
    assert answer.prompt_tokens > 0


def test_an_answer_that_was_cut_off_says_so(scripted: Scripted) -> None:
    """The end of the length is an answer, not a failure."""
    scripted.acts = [replies(200, completion("They like", "length"))]
    assert _ask(_model(scripted))[0].finish == "length"  # type: ignore[union-attr]


def test_a_server_that_ignores_the_length_is_cut(scripted: Scripted) -> None:
    """A talkative server does not fill a description."""
    scripted.acts = [replies(200, completion("word " * 20_000))]
    (answer,) = _ask(_model(scripted))
    assert isinstance(answer, Answer) and answer.finish == "length" and len(answer.text) == 16 * 20


def test_half_a_character_does_no_harm(scripted: Scripted) -> None:
    """JSON may hold a lone surrogate, which no file can."""
    scripted.acts = [replies(200, completion("space \ud800!"))]
    (answer,) = _ask(_model(scripted))
    assert isinstance(answer, Answer) and answer.text.encode() == b"space ?!"


@pytest.mark.parametrize(("refused", "message"), [
    ("seed", "Unknown argument: 'seed'"), ("temperature", "'temperature' must be 1"),
])  # fmt: skip
def test_an_argument_that_a_server_does_not_know_is_left_out(
    scripted: Scripted, refused: str, message: str
) -> None:
    """Once refused, it is not sent again."""
    scripted.acts = [failing(400, message), good]
    model = _model(scripted)
    assert isinstance(_ask(model)[0], Answer) and isinstance(_ask(model)[0], Answer)
    assert [refused in sent for sent in scripted.asked] == [True, False, False]


def test_the_newer_name_of_the_length_is_used_where_it_is_asked_for(scripted: Scripted) -> None:
    """Some models of some servers take only `max_completion_tokens`."""
    scripted.acts = [failing(400, "'max_tokens' is old: use 'max_completion_tokens'"), good]
    assert isinstance(_ask(_model(scripted))[0], Answer)
    assert scripted.asked[1]["max_completion_tokens"] == 20
    assert "max_tokens" not in scripted.asked[1]


@pytest.mark.parametrize("wait", ["0.3", "date"])
def test_the_server_says_when_to_come_back(scripted: Scripted, wait: str) -> None:
    """Retry-After is kept, as seconds or as a date (which has whole seconds)."""
    from email.utils import formatdate

    header = formatdate(time.time() + 2, usegmt=True) if wait == "date" else wait
    scripted.acts = [failing(429, Retry_After=header), good]
    assert isinstance(_ask(_model(scripted))[0], Answer)
    first, second = scripted.times
    assert second - first >= (0.3 if wait != "date" else 0.9)


def test_one_thread_that_is_told_to_wait_speaks_for_all(scripted: Scripted) -> None:
    """While a server asks for a pause, no other thread knocks."""
    scripted.acts = [failing(429, Retry_After="0.4"), good]
    limits = Limits(timeout=9, silence=9, retries=2, at_once=1)
    assert all(isinstance(result, Answer) for result in _ask(_model(scripted, limits), 3))
    assert scripted.times[1] - scripted.times[0] >= 0.4 and len(scripted.times) == 4


def test_a_wait_without_end_is_not_waited_for(scripted: Scripted) -> None:
    """An hour's pause is an error now, not an hour later."""
    scripted.acts = [failing(429, "slow down", Retry_After="3600")]
    (error,) = _ask(_model(scripted))
    assert isinstance(error, ModelError) and len(scripted.asked) == 1
    assert "takes no more requests now (429: " in str(error) and "slow down" in str(error)


@pytest.mark.parametrize("status", [500, 502, 503, 408])
def test_a_failing_server_is_tried_again(scripted: Scripted, status: int) -> None:
    """Twice, as the limits say; then the answer, or the failure, is final."""
    scripted.acts = [failing(status), failing(status), good]
    assert isinstance(_ask(_model(scripted))[0], Answer)
    scripted.acts = [failing(status)]
    (error,) = _ask(_model(scripted))
    assert f"{scripted.url} failed ({status}: " in str(error) and len(scripted.asked) == 6
    assert isinstance(error, PassingError)  # another time may be better


def test_a_request_that_is_refused_is_no_passing_failure(scripted: Scripted) -> None:
    """Asked again, it would be refused again."""
    scripted.acts = [failing(400, "too long")]
    (error,) = _ask(_model(scripted))
    assert type(error) is ModelError


def _silent(handler: Handler) -> None:
    handler.server.over.wait(5)


def _slow_headers(handler: Handler) -> None:
    handler.drip(bytes([x]) for x in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"z" * 500)


def _slow_body(handler: Handler) -> None:
    handler.begin("application/json")
    handler.drip(b" " for _ in range(500))


def _slow_stream(handler: Handler) -> None:
    handler.begin()
    handler.drip(b": still here\n\n" for _ in range(500))


def _endless(handler: Handler) -> None:
    handler.begin("text/event-stream" if handler.asked.get("stream") else "application/json")
    while not handler.server.over.is_set():
        handler.event("word " * 2000)


def _huge(handler: Handler) -> None:
    handler.begin("application/json", Content_Length=str(200_000_000))
    while not handler.server.over.is_set():
        handler.wfile.write(b" " * 1_000_000)


def _reset(handler: Handler) -> None:
    handler.break_off()


def _half_a_body(handler: Handler) -> None:
    handler.begin("application/json", Content_Length="500")
    handler.wfile.write(b'{"id": "x", "choices": [')


def _half_a_stream(handler: Handler) -> None:
    handler.begin()
    handler.event("They like")


def _error_in_stream(handler: Handler) -> None:
    handler.begin()
    handler.event("They like")
    handler.wfile.write(b'data: {"error": {"message": "out of memory"}}\n\n')


def _bad_event(handler: Handler) -> None:
    handler.begin()
    handler.event("They like")
    handler.wfile.write(b"data: {oops\n\n")


_COMMON = [
    ("silent", _silent, r"was silent for 0\.3 s|did not finish"),
    ("slow headers", _slow_headers, r"did not finish an answer within 0\.4 s"),
    ("reset", _reset, r"connection to \S+ broke|broke its answer off"),
    ("500", failing(500), r"failed \(500: "),
    ("400", failing(400, "the prompt is too long"), r"refuses the request \(400: .*too long"),
    ("redirect", replies(302, {}, Location="http://127.0.0.1:9/"), r"another address \(302\)"),
    ("401", failing(401), r"refuses the key \(401\): set LLMREC_API_KEY"),
    ("403", failing(403), r"refuses the key \(403\)"),
    ("404", failing(404), r"no model 'small'.*choose with --model one of large, small"),
    ("no credit", replies(429, {"error": {"message": "x", "code": "insufficient_quota"}}),
     "no credit left"),
    ("compressed", replies(200, completion(), Content_Encoding="gzip"), "compressed unasked"),
    ("endless", _endless, r"longer than any answer|did not finish"),
]  # fmt: skip
_WHOLE = [
    ("slow body", _slow_body, r"did not finish an answer within 0\.4 s"),
    ("huge", _huge, r"longer than any answer"),
    ("half a body", _half_a_body, r"connection to \S+ broke"),
    ("web page", replies(200, "<html>Welcome!</html>"), "not JSON"),
    ("invalid JSON", replies(200, "{", Content_Type="application/json"), "no answer of a chat"),
    ("empty object", replies(200, {}), "no answer of a chat"),
    ("list", replies(200, [1]), "no answer of a chat"),
    ("null", replies(200, None), "no answer of a chat"),
    ("no choices", replies(200, {**completion(), "choices": []}), "no answer of a chat"),
    ("odd choices", replies(200, {**completion(), "choices": 3}), "no answer of a chat"),
    ("odd text", replies(200, completion([1])), "its text is no text"),  # type: ignore[arg-type]
    ("empty text", replies(200, completion(" \n")), r"empty answer \(it ended with «stop»\)"),
    ("no text", replies(200, completion(None)), "empty answer"),
    ("filtered", replies(200, completion("", "content_filter")), "its filter held it back"),
]
_STREAMED = [
    ("slow stream", _slow_stream, r"did not finish an answer within 0\.4 s"),
    ("half a stream", _half_a_stream, "before the end"),
    ("error in stream", _error_in_stream, "broke its answer off.*out of memory"),
    ("bad event", _bad_event, "no answer of a chat"),
    ("web page", replies(200, "<html>Welcome!</html>"), "before the end"),
]


@pytest.mark.parametrize(
    ("act", "words"), [(act, words) for _, act, words in _COMMON + _WHOLE],
    ids=[name for name, _, _ in _COMMON + _WHOLE],
)
def test_each_failure_is_one_clear_sentence(scripted: Scripted, act, words: str) -> None:  # noqa: ANN001
    """Named, in bounded time, and the next request is answered."""
    scripted.acts = [act]
    model = _model(scripted, _QUICK)
    try:
        (error,) = _ask(model)
    except ModelUnavailableError as down:
        error = down
    assert isinstance(error, ModelError)
    assert re.search(words, str(error)), str(error)
    assert "127.0.0.1" in str(error) and "\n" not in str(error) and len(str(error)) < 500
    scripted.acts = [good]
    assert isinstance(_ask(_model(scripted))[0], Answer)


@pytest.mark.parametrize(
    ("act", "words"), [(act, words) for _, act, words in _COMMON + _STREAMED],
    ids=[name for name, _, _ in _COMMON + _STREAMED],
)
def test_a_stream_that_fails_says_so(scripted: Scripted, act, words: str) -> None:  # noqa: ANN001
    """A half answer is never taken for a whole one."""
    scripted.acts = [act]
    with pytest.raises(ModelError, match=words):
        list(_model(scripted, _QUICK).stream(_REQUEST))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(("server", "words"), [
    ("http://127.0.0.1:{port}/v1", "refuses connections: start the server"),
    ("http://no-such-host.invalid/v1", "No computer of the name in http://no-such-host.invalid/v1"),
])  # fmt: skip
def test_a_server_that_is_not_there(server: str, words: str) -> None:
    """Refused, and a name that nobody knows."""
    model = ServerModel("small", server.format(port=_free_port()), _QUICK)
    (error,) = _ask(model)
    assert words in str(error)


def test_a_server_that_speaks_no_tls(scripted: Scripted) -> None:
    """https where there is none."""
    model = ServerModel("small", scripted.url.replace("http", "https"), _QUICK)
    with pytest.raises(ModelUnavailableError, match="cannot show who it is"):
        _ask(model)


def test_900_users_are_not_told_one_by_one(scripted: Scripted) -> None:
    """After five failures in a row nobody is asked any more; what was answered is kept."""
    scripted.acts = [good, good, failing(503)]
    limits = Limits(timeout=9, silence=9, retries=0, at_once=1)
    requests = [Request((Message("user", f"u{k}"),), 20) for k in range(900)]
    got = dict(ask(_model(scripted, limits), requests, None, limits))
    kinds = [type(got[k]) for k in range(900)]
    assert kinds.count(Answer) == 2 and kinds.count(ModelUnavailableError) == 900 - 2 - 4
    assert len(scripted.asked) == 2 + retrying.DOWN
    assert "5 requests in a row failed" in str(got[899])


def test_an_answer_in_between_ends_the_row(scripted: Scripted) -> None:
    """Now and then a failure: that is no reason to stop."""
    scripted.acts = [*[failing(503), good] * 8, good]
    limits = Limits(timeout=9, silence=9, retries=0, at_once=1)
    assert sum(isinstance(result, Answer) for result in _ask(_model(scripted, limits), 16)) == 8


def test_an_interruption_keeps_what_has_come(scripted: Scripted, tmp_path: Path) -> None:
    """Also answers that had come to the client, but that nobody had looked at."""
    slow = threading.Event()

    def act(handler: Handler) -> None:
        if len(scripted.asked) > 4:
            slow.wait(5)
        good(handler)

    scripted.acts = [act]
    requests = [Request((Message("user", f"u{k}"),), 20) for k in range(8)]
    with Answers(tmp_path / "answers.sqlite") as answers:
        stream = ask(_model(scripted), requests, answers, _PATIENT)
        next(stream)
        while len(scripted.asked) < 8:  # four are answered, four are being waited for
            time.sleep(0.01)
        started = time.monotonic()
        stream.close()  # type: ignore[attr-defined]
        assert time.monotonic() - started < 3
        slow.set()
        assert len(answers) == 4
        asked = len(scripted.asked)
        assert len(dict(ask(_model(scripted), requests, answers, _PATIENT))) == 8
    assert len(scripted.asked) == asked + 4


@pytest.mark.parametrize("server", [
    "ftp://x/v1", "localhost:11434", "http://", "http://u:p@x/v1", "http://x/v1?key=1",
    "http://x/v1#a", "http://x y/v1", "http://x:99999/v1", "file:///etc/passwd", "http://x/\nv1",
])  # fmt: skip
def test_what_is_no_address_is_refused(server: str) -> None:
    """http(s) only, and no key in it: addresses are stored and shown."""
    with pytest.raises(WrongUseError, match="address"):
        ServerModel("small", server, _QUICK)


def test_the_address_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """LLMREC_SERVER stands in for an empty one; without it the error says what to set."""
    monkeypatch.delenv("LLMREC_SERVER", raising=False)
    with pytest.raises(WrongUseError, match="LLMREC_SERVER"):
        ServerModel("small", "", _QUICK)
    monkeypatch.setenv("LLMREC_SERVER", "http://127.0.0.1:1/v1/")
    assert ServerModel("small", "", _QUICK).server == "http://127.0.0.1:1/v1"
