"""People and items that no fit has seen: the cold curve and new items, against the project's goals.

MovieLens-100K, protocol «temporal», signals «auto»; the evaluation's own `--cold` and
`--new-items`, so what is printed is what the product shows. Goals: among items hidden from every
fit, taste and sequence have at least 3 times the NDCG@10 of random lists and more than the
popularity of attributes; for people with nothing but one typed sentence the blend by what is known
has more than popularity. Settings and weights are those chosen on training rows of all users and
items.

    python benchmarks/cold_start.py
"""

from __future__ import annotations

import sys
from typing import Any

from published import study
from timing import machine

from llmrec_core import headless
from llmrec_core.evaluate import ColdCurve, Extra, NewItems
from llmrec_core.evaluate.cold import KNOWING, TYPED
from llmrec_core.evaluate.lines import extra_lines
from llmrec_core.evaluate.new_items import BY_ATTRIBUTES, RANDOM

PROTOCOL, TIMES = "temporal", 3.0


def of_new_items(found: dict[str, Any]) -> list[tuple[str, bool]]:
    """Each signal's goals in words, and whether they are reached."""
    values = {row["recipe"]: row["value"] for row in found["rows"]}
    out = []
    for name in ("taste", "sequence"):
        value, chance, plain = values[name], values[RANDOM], values[BY_ATTRIBUTES]
        words = (
            f"new items, {name}: {value:.4f} = {value / chance:.2f} x random (goal {TIMES:g}), "
            f"{value / plain:.2f} x popularity of attributes (goal above 1)"
        )
        out.append((words, value >= TIMES * chance and value > plain))
    return out


def of_typed(curve: dict[str, Any]) -> tuple[str, bool]:
    """The goal for people who typed one sentence, and whether it is reached."""
    place = list(curve["known"]).index(TYPED)
    values = {row["recipe"]: row["values"][place] for row in curve["rows"]}
    value, plain = values[KNOWING], values["popularity"]
    return f"{TYPED}, {KNOWING}: {value:.4f} against popularity {plain:.4f}", value > plain


def main() -> None:
    """Measure and print; exit 1 where a goal is missed."""
    extras: list[Extra] = [ColdCurve(), NewItems()]
    with headless.ProgressLine() as line:
        document = headless.evaluate(
            study(), PROTOCOL, None, line.say, extras, more={"cold": True, "new_items": True}
        ).document
    verdicts = [*of_new_items(document["new_items"]), of_typed(document["cold_curve"])]
    print(machine())
    print("\n".join(extra_lines(document)))
    for words, met in verdicts:
        print(f"{words}: {'reached' if met else 'missed'}")
    sys.exit(0 if all(met for _, met in verdicts) else 1)


if __name__ == "__main__":
    main()
