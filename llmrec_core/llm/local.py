"""A chat model on this machine, through transformers."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from llmrec_core.llm import smollm2
from llmrec_core.llm.base import (
    Answer,
    ModelError,
    PassingError,
    Request,
)
from llmrec_core.llm.local_faults import broken, failed, let_go, memory_is_full
from llmrec_core.llm.sampling import Noise, StopWhen

_TOGETHER = {"cpu": 8, "mps": 8, "cuda": 32}
_WINDOW = 4  # batches that are sorted by length together
_BUSY = 1.25  # load per core from which others are at work here


class LocalModel:
    """A loaded chat model. Safe to share between threads: one writes at a time.

    Requests are answered in batches of 8 (32 on a GPU) of like length, padded on the left. At
    temperature 0 the likeliest token is taken, otherwise tokens are drawn with noise that belongs
    to the request's seed, not to the batch: so an answer is that of the request alone, as far as
    the rounding of another batch shape allows. On a processor bfloat16 is used where it has
    instructions for it: half the bytes are read for each token (docs/benchmarks.md).
    """

    def __init__(self, name: str, model: Any, tokenizer: Any, device: str, key: str) -> None:
        self.name, self.key, self.device = name, key, device
        self._together = _TOGETHER.get(device.partition(":")[0], 8)
        self.batch = _WINDOW * self._together
        self._model, self._tokenizer = model, tokenizer
        self._lock = threading.Lock()
        self._window = int(getattr(model.config, "max_position_embeddings", 0) or 10**9)
        self._special = [
            str(token) for token in tokenizer.added_tokens_decoder.values() if token.special
        ]

    def count(self, request: Request) -> int:
        """Prompt tokens, chat template included."""
        return len(self._ids(request))

    def answer(self, requests: Sequence[Request]) -> Iterator[tuple[int, Answer | ModelError]]:
        """(place, answer or error), batch by batch, requests of like length together."""
        ids = [self._ids(request) for request in requests]
        fitting = []
        for place, request in enumerate(requests):
            if len(ids[place]) + request.max_tokens <= self._window:
                fitting.append(place)
            else:
                yield place, self._too_long(len(ids[place]), request)
        fitting.sort(key=lambda place: (requests[place].max_tokens, len(ids[place])))
        for start in range(0, len(fitting), self._together):
            part = fitting[start : start + self._together]
            with self._lock:
                answers = self._fitted([ids[p] for p in part], [requests[p] for p in part])
            yield from zip(part, answers, strict=True)

    def stream(self, request: Request) -> Generator[str, None, Answer]:
        """One answer in pieces as they are written; the whole is returned at the end."""
        from transformers import TextIteratorStreamer

        ids = self._ids(request)
        if len(ids) + request.max_tokens > self._window:
            raise self._too_long(len(ids), request)
        streamer = TextIteratorStreamer(
            self._tokenizer, skip_prompt=True, skip_special_tokens=True, timeout=None
        )
        stopped, results = threading.Event(), []

        def write() -> None:
            try:
                with self._lock:
                    results.extend(self._write([ids], [request], streamer, stopped))
            except Exception as error:  # shown by whoever reads the stream
                results.append(broken(self.name, error))
            streamer.end()

        thread = threading.Thread(target=write, daemon=True)
        thread.start()
        try:
            yield from filter(None, streamer)
            thread.join()
        finally:
            stopped.set()  # nobody reads on: the next token is the last
        if isinstance(results[0], ModelError):
            raise results[0]
        return results[0]

    def _ids(self, request: Request) -> list[int]:
        """The prompt's tokens. Words of a message never become control tokens of the model."""
        turns = [{"role": m.role, "content": self._plain(m.content)} for m in request.messages]
        try:
            return self._templated(turns)
        except Exception:  # some templates know no system role, each in words of its own
            return self._templated(_without_system(turns))

    def _templated(self, turns: list[dict[str, str]]) -> list[int]:
        text = self._tokenizer.apply_chat_template(
            turns, tokenize=False, add_generation_prompt=True
        )
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def _plain(self, text: str) -> str:
        plain = text.encode("utf-8", "replace").decode()
        while any(token in plain for token in self._special):
            for token in self._special:
                plain = plain.replace(token, " ")
        return plain

    def _fitted(
        self, ids: list[list[int]], requests: Sequence[Request]
    ) -> list[Answer | ModelError]:
        """Answers to one batch, in halves where the memory does not hold it.

        Raises `ModelUnavailableError` for any other failure of the model.
        """
        try:
            return self._write(ids, requests)
        except Exception as error:
            if not memory_is_full(error):
                raise broken(self.name, error) from error
        # Here, not above: the error's traceback holds what the failed batch had taken.
        let_go(self.device)
        if len(ids) == 1:
            return [PassingError(
                f"The memory does not hold {self.name!r} with a prompt of {len(ids[0]):,} tokens: "
                "free some, allow a shorter answer or choose a smaller model."
            )]
        half = len(ids) // 2
        self._together = min(self._together, half)
        return self._fitted(ids[:half], requests[:half]) + self._fitted(ids[half:], requests[half:])

    def _write(
        self, ids: list[list[int]], requests: Sequence[Request], streamer: Any = None,
        stopped: threading.Event | None = None,
    ) -> list[Answer | ModelError]:
        """Answers to one batch; seconds are shared out evenly."""
        import torch

        started, width = time.monotonic(), max(map(len, ids))
        pad = self._tokenizer.pad_token_id
        rows = torch.tensor([[pad] * (width - len(row)) + row for row in ids])  # (batch, width)
        mask = torch.tensor([[0] * (width - len(row)) + [1] * len(row) for row in ids])
        with torch.inference_mode(), _threads(self.device):
            out = self._model.generate(
                rows.to(self.device), attention_mask=mask.to(self.device), streamer=streamer,
                generation_config=self._settings(max(r.max_tokens for r in requests)),
                logits_processor=[Noise(requests, self.device)],
                stopping_criteria=[StopWhen(stopped)] if stopped is not None else None,
            )  # fmt: skip
        seconds = (time.monotonic() - started) / len(ids)
        written = out[:, width:].tolist()
        return [
            self._answer(tokens, len(row), request, seconds)
            for tokens, row, request in zip(written, ids, requests, strict=True)
        ]

    def _settings(self, most: int) -> Any:
        """Plain decoding: what a model's own settings would add is not asked for."""
        from transformers import GenerationConfig

        return GenerationConfig(
            max_new_tokens=most, do_sample=False, num_beams=1, use_cache=True,
            eos_token_id=self._ends, pad_token_id=self._tokenizer.pad_token_id,
        )  # fmt: skip

    @property
    def _ends(self) -> list[int]:
        """Tokens that end an answer."""
        given = self._model.generation_config.eos_token_id
        listed = given if isinstance(given, list) else [given]
        return sorted({x for x in (*listed, self._tokenizer.eos_token_id) if x is not None})

    def _answer(
        self, tokens: list[int], read: int, request: Request, seconds: float
    ) -> Answer | ModelError:
        ends = [place for place, token in enumerate(tokens) if token in self._ends]
        kept = tokens[: min([*ends, request.max_tokens])]
        finish = "stop" if len(kept) < min(len(tokens), request.max_tokens) else "length"
        text = self._tokenizer.decode(kept, skip_special_tokens=True).strip()
        if not text:
            return ModelError(
                f"The model {self.name!r} gave an empty answer: change the prompt or choose "
                "another model."
            )
        return Answer(text, finish, read, len(kept), seconds)

    def _too_long(self, read: int, request: Request) -> ModelError:
        return ModelError(
            f"The prompt of {read:,} tokens and an answer of {request.max_tokens:,} pass the "
            f"{self._window:,} that {self.name!r} can hold: shorten one of them."
        )


@contextmanager
def _threads(device: str) -> Iterator[None]:
    """One thread on a busy processor: threads that wait for each other spin, and a token is many
    small products, so that a second thread there made writing several times slower.
    """
    import torch

    every, cores = torch.get_num_threads(), os.cpu_count() or 1
    load = os.getloadavg()[0] if device == "cpu" and hasattr(os, "getloadavg") else 0.0
    torch.set_num_threads(1 if load > _BUSY * cores else every)
    try:
        yield
    finally:
        torch.set_num_threads(every)


def load_local(name: str = smollm2.NAME, *, device: str = "auto") -> LocalModel:
    """Load «smollm2», a folder, or any transformers name (safetensors only, no code of its own).

    Files on this machine come before a download. Raises `ModelUnavailableError` naming the model
    when it cannot be found, is not in safetensors, or has no chat template.
    """
    from llmrec_core.embed.encoder import choose_device
    from llmrec_core.embed.loading import fingerprint_of, quiet

    quiet()
    where = choose_device(device)
    source = smollm2.folder() if name == smollm2.NAME else name
    model, tokenizer = _load(str(source), name, _precision(where))
    if not tokenizer.chat_template:
        raise failed(name, ValueError("it has no chat template"))
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    precision = str(model.dtype).removeprefix("torch.")
    key = f"{fingerprint_of(model, tokenizer)}+{precision}"
    return LocalModel(name, model.to(where), tokenizer, where, key)


def _load(source: str, name: str, precision: Any) -> tuple[Any, Any]:
    """Model and tokenizer, from this machine if they are here."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    last: Exception | None = None
    for local in (True,) if Path(source).is_dir() else (True, False):
        common: dict[str, Any] = {"local_files_only": local, "trust_remote_code": False}
        try:
            tokenizer = AutoTokenizer.from_pretrained(source, **common)
            model = AutoModelForCausalLM.from_pretrained(
                source, dtype=precision, use_safetensors=True, **common
            )
            return model.eval(), tokenizer
        except (OSError, ValueError, ImportError) as error:
            last = error
    raise failed(name, last or ValueError("no file")) from last


def _precision(device: str) -> Any:
    """bfloat16 where the device computes in it, float32 elsewhere; the same at every start."""
    import torch

    if device.startswith("cuda"):
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    able = torch.cpu.get_capabilities() if device == "cpu" else {}
    return torch.bfloat16 if any(able[x] for x in able if "bf16" in x) else torch.float32


def _without_system(turns: list[dict[str, str]]) -> list[dict[str, str]]:
    """What the system says, put before what the user says first."""
    said = [turn["content"] for turn in turns if turn["role"] == "system"]
    rest = [turn for turn in turns if turn["role"] != "system"] or [{"role": "user", "content": ""}]
    first = {**rest[0], "content": "\n\n".join([*said, rest[0]["content"]])}
    return [first, *rest[1:]]
