"""What written item texts change: a study built without and with them, compared in one run.

    llmrec build STUDY; llmrec build STUDY --item-texts N
    python benchmarks/item_texts.py STUDY
"""

from __future__ import annotations

import sys

from llmrec_core.enrich.check import problems
from llmrec_core.enrich.effect import Effect, before_and_after, effect
from llmrec_core.study import Study


def _lines(name: str, found: Effect) -> list[str]:
    middle = found.medians
    out = [f"{name}: {found.users} users, {len(found.items)} written items"]
    out.append(f"  neighbours kept (median) {middle['kept']:.2f}")
    ranks = f"{middle['rank_before']:.0f} -> {middle['rank_after']:.0f}"
    out.append(f"  mean rank (median item) {ranks}")
    out.append(f"  share of places {found.shares[0]:.4f} -> {found.shares[1]:.4f}")
    for name in (f"tail_share@{found.n}", f"coverage@{found.n}", "gini"):
        before, after = found.metrics[name]
        out.append(f"  {name} {before:.3f} -> {after:.3f}")
    return out


def main(study: str) -> None:
    """Print the comparison under the fitted weights and for each text signal alone."""
    before, after = before_and_after(Study.open(study))
    wrong = problems(list(after.item_texts.values()))
    total = sum(len(text.sentences) for text in after.item_texts.values())
    print(f"{wrong} of {total} written sentences name what their item does not have")
    for name in ("taste", "blend"):
        pair = [one.choice.validation.get(name, float("nan")) for one in (before, after)]
        print(f"validation NDCG@10, {name}: {pair[0]:.4f} -> {pair[1]:.4f} "
              "(texts written from training rows)")
    for name, weights in (("fitted weights", None), ("taste alone", {"taste": 1.0})):
        print("\n".join(_lines(name, effect(before, after, weights=weights))))


if __name__ == "__main__":
    main(sys.argv[1])
