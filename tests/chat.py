"""A chat model without a model: scripted answers, counted calls, failures on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from llmrec_core.llm import Answer, ModelError, ModelUnavailableError, Request

Script = Callable[[Request], str | Answer | ModelError]


def say(text: str) -> Script:
    """The same words to everybody."""
    return lambda request: text


class FakeChat:
    """Answers by a function of the request; a returned or raised `ModelError` is a failure.

    `asked` lists every request in order; `stop_after` raises KeyboardInterrupt once so many were
    answered. `ModelUnavailableError` is raised, as real models do, any other failure yielded.
    """

    def __init__(
        self,
        script: Script | str = "They like space stories.",
        *,
        name: str = "fake-chat",
        batch: int = 4,
        stop_after: int | None = None,
    ) -> None:
        self.script = say(script) if isinstance(script, str) else script
        self.name, self.key, self.batch = name, f"key-of-{name}", batch
        self.stop_after = stop_after
        self.asked: list[Request] = []

    @property
    def prompts(self) -> list[str]:
        """The last message of every request, in order."""
        return [request.messages[-1].content for request in self.asked]

    def count(self, request: Request) -> int:
        """One token a word."""
        return sum(len(message.content.split()) for message in request.messages)

    def answer(self, requests: Sequence[Request]) -> Iterator[tuple[int, Answer | ModelError]]:
        """In the order given."""
        for place, request in enumerate(requests):
            if self.stop_after is not None and len(self.asked) >= self.stop_after:
                raise KeyboardInterrupt
            yield place, self._one(request)

    def stream(self, request: Request) -> Iterator[str]:
        """Word by word."""
        answer = self._one(request)
        if isinstance(answer, ModelError):
            raise answer
        words = answer.text.split(" ")
        yield from (word if k == 0 else f" {word}" for k, word in enumerate(words))
        return answer

    def _one(self, request: Request) -> Answer | ModelError:
        self.asked.append(request)
        try:
            out = self.script(request)
        except ModelUnavailableError:
            raise
        except ModelError as error:
            return error
        if isinstance(out, ModelUnavailableError):
            raise out
        if isinstance(out, str):
            return Answer(out, "stop", self.count(request), len(out.split()), 0.01)
        return out
