"""How long, how often and for how much a chat model is asked."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from llmrec_core.errors import WrongUseError

_PREFIX = "LLMREC_MODEL_"


@dataclass(frozen=True)
class Prices:
    """What a million tokens cost, in the currency of the caller's choice; 0 is free of charge."""

    read: float = 0.0
    written: float = 0.0

    def cost(self, read: int, written: int) -> float:
        """The price of so many tokens read (the prompt) and written (the answer)."""
        return (read * self.read + written * self.written) / 1e6


@dataclass(frozen=True)
class Limits:
    """Bounds on asking; raises `WrongUseError` for what cannot be one."""

    timeout: float = 120.0
    """Seconds that one attempt may take from the connection to the last byte."""
    silence: float = 60.0
    """Seconds between two pieces of a streamed answer."""
    retries: int = 3
    """Attempts after the first."""
    at_once: int = 4
    """Requests that are with a server at the same time."""
    most_tokens: int = 0
    """Tokens read and written by one build, or one `Budget`, in all; 0 is no cap."""
    most_cost: float = 0.0
    """The most that one build, or one `Budget`, may cost at `prices`; 0 is no cap."""
    prices: Prices = field(default_factory=Prices)

    def __post_init__(self) -> None:
        numbers = (self.timeout, self.silence, self.most_cost, self.prices.read,
                   self.prices.written)  # fmt: skip
        if not all(map(math.isfinite, numbers)) or min(self.timeout, self.silence) <= 0:
            raise WrongUseError("Time limits of a model must be finite seconds above 0.")
        if min(self.retries, self.most_tokens, *numbers) < 0 or self.at_once < 1:
            raise WrongUseError(
                "Retries, caps and prices of a model must be 0 or more, requests at once 1 or more."
            )
        if self.most_cost and not (self.prices.read or self.prices.written):
            raise WrongUseError(
                "A cap on spending needs prices: give --prices READ,WRITTEN (per million tokens) "
                "or set LLMREC_MODEL_PRICE_READ and LLMREC_MODEL_PRICE_WRITTEN, or cap the tokens."
            )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Limits:
        """The limits that LLMREC_MODEL_TIMEOUT, _SILENCE, _RETRIES, _AT_ONCE, _MOST_TOKENS,
        _MOST_COST, _PRICE_READ and _PRICE_WRITTEN set; the defaults where they are absent.
        """
        there = os.environ if environment is None else environment
        real = {name: _number(there, name) for name in ("timeout", "silence", "most_cost")}
        whole = {name: _number(there, name) for name in ("retries", "at_once", "most_tokens")}
        prices = Prices(_number(there, "price_read") or 0.0, _number(there, "price_written") or 0.0)
        given: dict[str, float] = {name: x for name, x in real.items() if x is not None}
        counts: dict[str, int] = {name: int(x) for name, x in whole.items() if x is not None}
        return cls(**given, **counts, prices=prices)  # type: ignore[arg-type]


def _number(environment: Mapping[str, str], name: str) -> float | None:
    """The value of one variable; None where it is absent or empty."""
    variable = _PREFIX + name.upper()
    text = environment.get(variable, "").strip()
    if not text:
        return None
    try:
        value = float(text)
        if not math.isfinite(value):
            raise ValueError
    except ValueError:
        raise WrongUseError(f"{variable} is {text!r}: give a number, or unset it.") from None
    if name in ("retries", "at_once", "most_tokens") and value != int(value):
        raise WrongUseError(f"{variable} is {text!r}: give a whole number, or unset it.")
    return value
