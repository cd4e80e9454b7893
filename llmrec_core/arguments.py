"""What arguments of the command may be: anything else is wrong use, told before any work."""

from __future__ import annotations

from argparse import ArgumentTypeError


def length(text: str) -> int:
    """The length of a list: a whole number of at least 1."""
    n = _whole(text)
    if n < 1:
        raise ArgumentTypeError(f"a list of {n} items is none: ask for 1 or more")
    return n


def users(text: str) -> int:
    """How many users to look at where they are held against each other: 2 or more."""
    n = _whole(text)
    if n < 2:
        raise ArgumentTypeError(f"{n} users are too few to tell noise by: give 2 or more")
    return n


def steps(text: str) -> int:
    """Parts of an axis: 1 to 60."""
    n = _whole(text)
    if not 1 <= n <= 60:
        raise ArgumentTypeError(f"an axis of {n} parts cannot be drawn: give 1 to 60")
    return n


def count(text: str) -> int:
    """How many at most: a whole number of 0 (no bound) or more."""
    n = _whole(text)
    if n < 0:
        raise ArgumentTypeError(f"{n} is less than none: give 0 or more")
    return n


def amount(text: str) -> float:
    """A sum of money: a finite number of 0 or more."""
    try:
        value = float(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0 <= value < float("inf"):
        raise ArgumentTypeError(f"{text} is no sum: give a number of 0 or more")
    return value


def minutes(text: str) -> float:
    """A budget of time: minutes above 0."""
    try:
        value = float(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0 < value < 60 * 24 * 30:
        raise ArgumentTypeError(f"{text} minutes are no budget: give a number above 0")
    return value


def prices(text: str) -> tuple[float, float]:
    """(price of a million tokens read, of a million written) of «0.15,0.60»."""
    parts = text.split(",")
    if len(parts) != 2:
        raise ArgumentTypeError(f"{text!r} is not of the form READ,WRITTEN, such as 0.15,0.60")
    return amount(parts[0]), amount(parts[1])


def port(text: str) -> int:
    """A TCP port, 1 to 65535."""
    number = _whole(text)
    if not 1 <= number <= 65535:
        raise ArgumentTypeError(f"{number} is no port: choose one from 1 to 65535")
    return number


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a whole number") from None


def pair(text: str) -> tuple[str, str]:
    """(our column, the file's column) of «user_id=COLUMN»."""
    ours, _, theirs = text.partition("=")
    if not ours or not theirs:
        raise ArgumentTypeError(f"{text!r} is not of the form user_id=COLUMN")
    return ours, theirs


def item_value(text: str) -> tuple[str, float]:
    """(item id, value) of «ITEM=VALUE»; an id may hold an equals sign itself."""
    item, _, value = text.rpartition("=")
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not item or not abs(number) < float("inf"):
        raise ArgumentTypeError(f"{text!r} is not of the form ITEM=VALUE, such as 50=1")
    return item, number


def file_format(text: str) -> str:
    """«auto», or the name of a format that can be read."""
    if text == "auto":  # the default: --help need not wait for the readers
        return text
    from llmrec_core.readers.registry import FORMATS

    if text not in FORMATS:
        raise ArgumentTypeError(
            f"there is no format {text!r}: use auto or {', '.join(sorted(FORMATS))}"
        )
    return text


def share_of_one(text: str) -> float:
    """A number from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:  # nan is neither
        raise ArgumentTypeError(f"{text!r} is no number from 0 to 1: give one such as 0.5")
    return value


def signals(text: str) -> str:
    """A list of signals, as `signals.wanted` reads it."""
    if text == "auto":  # the default: --help need not wait for the signals
        return text
    from llmrec_core.errors import WrongUseError
    from llmrec_core.signals.wanted import wanted

    try:
        wanted(text)
    except WrongUseError as error:
        raise ArgumentTypeError(str(error)) from None
    return text


def setting(text: str) -> str:
    """A setting of a signal, as `signals.settings` reads it; "" for none at all."""
    from llmrec_core.errors import WrongUseError
    from llmrec_core.signals.settings import read

    try:
        if text:
            read(text)
    except WrongUseError as error:
        raise ArgumentTypeError(str(error)) from None
    return text
