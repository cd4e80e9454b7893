"""Published tables as data, and theirs beside ours with the same denominators."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

RERUN = "(re-run)"
"""Follows the name of a published model that was fitted here as it was published."""

_TRAINED = (
    f" BPR {RERUN} is another training of the same model: our program's, until it stops gaining on "
    "rows held out of the training rows"
)

OURS = ("blend", "plain EASE")
"""Rows of an evaluation that stand beside every table: our best, and the plainest that is good."""


@dataclass(frozen=True)
class Model:
    """One line of a table: what it is called there, and its figures by our names of metrics.

    `here` is the row of an evaluation that is the same model, "" where there is none.
    """

    name: str
    values: Mapping[str, float]
    here: str = ""


@dataclass(frozen=True)
class Table:
    """A published table: where it stands, the data it was made on, and what its words mean.

    `rows` are all interactions of that data before any filter: a study with another number is
    other data. `names` gives their word for each of our metrics, in the order of the table.
    """

    source: str
    data: str
    rows: int
    main: str
    names: Mapping[str, str]
    models: tuple[Model, ...]
    note: str = ""

    @property
    def best(self) -> Model:
        """The model with the highest main figure."""
        return max(self.models, key=lambda model: model.values[self.main])


def _models(metrics: tuple[str, ...], **lines: Any) -> tuple[Model, ...]:
    """Models from name=(figures…) or name=((figures…), row here); «_» stands for a blank."""
    out = []
    for name, line in lines.items():
        values, here = line if isinstance(line[0], tuple) else (line, "")
        out.append(Model(name.replace("_", " "), dict(zip(metrics, values, strict=True)), here))
    return tuple(out)


_P1 = ("map@10", "ndcg@10", "precision@10", "recall@10")
_P2 = ("recall@10", "mrr@10", "ndcg@10")
_P3 = ("recall@10", "mrr@10", "ndcg@10", "hit_rate@10", "precision@10")
_P4 = ("precision@10", "recall@10", "ndcg@10")
_P5 = ("auc", "ndcg@10", "precision@10", "recall@10")

TABLES = {
    "microsoft-100k": Table(
        "Microsoft recommenders, README and examples/06_benchmarks/movielens.ipynb",
        "MovieLens-100K", 100_000, "ndcg@10",
        {"map@10": "MAP", "ndcg@10": "nDCG@10", "precision@10": "P@10", "recall@10": "R@10"},
        _models(
            _P1, BiVAE=(.146126, .475077, .411771, .219145),
            BPR=((.132478, .441997, .388229, .212522), f"BPR {RERUN}"),
            LightGCN=(.088526, .419846, .379626, .144336),
            NCF=(.107720, .396118, .347296, .180775), SAR=(.110591, .382461, .330753, .176385),
        ),
        f"The split is the notebook's, row for row.{_TRAINED}.",
    ),
    "recbole-1m": Table(
        "RecBole, general recommendation on ml-1m (ml-1m_general.md)",
        "MovieLens-1M", 1_000_209, "ndcg@10",
        {"recall@10": "Recall", "mrr@10": "MRR", "ndcg@10": "NDCG"},
        _models(
            _P2, EASE=((.2139, .4808, .2865), "plain EASE"), RecVAE=(.2163, .4632, .2795),
            SLIM=(.2035, .4781, .2782), LightGCN=(.1823, .4312, .2476),
            ItemKNN=((.1723, .4254, .2389), f"ItemKNN {RERUN}"),
        ),
        "The split is drawn as RecBole draws it by default.",
    ),
    "recbole": Table(
        "RecBole, quick start of the documentation", "MovieLens-100K", 100_000, "ndcg@10",
        {"recall@10": "Recall", "mrr@10": "MRR", "ndcg@10": "NDCG", "hit_rate@10": "Hit",
         "precision@10": "Precision"},
        _models(_P3, BPR=((.2368, .4519, .2768, .7614, .1901), f"BPR {RERUN}")),
        f"The split is RecBole's, row for row.{_TRAINED}.",
    ),
    "recommenders-jl": Table(
        "Recommenders.jl, README", "MovieLens-100K", 100_000, "ndcg@10",
        {"precision@10": "Precision@10", "recall@10": "Recall@10", "ndcg@10": "nDCG@10"},
        _models(
            _P4, Most_popular=((.1897, .1182, .2197), "popularity"),
            ItemkNN=((.3284, .2180, .3986), f"ItemKNN {RERUN}"),
            Matrix_factorization=(.3657, .2416, .4402), SLIM=(.3626, .2385, .4359),
            BPR=((.3463, .2316, .4083), f"BPR {RERUN}"),
        ),
        f"The published draw is Julia's, so the split is another one of the same kind.{_TRAINED}.",
    ),
    "cornac": Table(
        "Cornac, README, first example", "MovieLens-100K", 100_000, "ndcg@10",
        {"auc": "AUC", "ndcg@10": "NDCG@10", "precision@10": "Precision@10",
         "recall@10": "Recall@10"},
        _models(_P5, BPR=((.8695, .1500, .1110, .1195), f"BPR {RERUN}")),
        "The split is Cornac's, row for row; items rated below 4 in training stay candidates."
        f"{_TRAINED}; Cornac's 200 epochs at rate .001 end long before that, and its own factors "
        "give .1500 by these rules too.",
    ),
}
"""The tables by the name of their protocol."""


def table_for(document: Mapping[str, Any]) -> Table | None:
    """The table that an evaluation's document can stand beside; None where there is none.

    It has to be of the same protocol and of the same data, told by its number of rows.
    """
    table = TABLES.get(document["protocol"]["name"])
    return table if table and table.rows == document["data"].get("all_rows") else None


def beside(document: Mapping[str, Any]) -> dict[str, Any] | None:
    """Theirs beside ours: {"source", "data", "note", "names", "main", "rows", "best", "ratio"}.

    `rows` are {"model", "published": bool, "values", "same": the published model of the same kind
    or "", "ratio": its main figure / the published one of `same` (of the best, for ours)}; `ratio`
    is the blend's main figure / the best published one. None where no table fits (`table_for`).
    """
    table = table_for(document)
    if table is None:
        return None
    best = table.best.values[table.main]
    found = {row["recipe"]: row["metrics"] for row in document["rows"]}
    rows = [_line(model.name, model.values, True) for model in table.models]
    for name in OURS:
        if name in found:
            rows.append(_line(name, _only(found[name], table), False, best, table.main))
    for model in table.models:
        if model.here in found:
            values, same = _only(found[model.here], table), model.values[table.main]
            rows = [row for row in rows if row["published"] or row["model"] != model.here]
            rows.append(_line(model.here, values, False, same, table.main, model.name))
    ours = found.get("blend", {}).get(table.main, math.nan)
    return {
        "source": table.source, "data": table.data, "note": table.note,
        "names": dict(table.names), "main": table.main, "rows": rows,
        "best": {"model": table.best.name, "value": best}, "ratio": ours / best,
    }


def _only(values: Mapping[str, float], table: Table) -> dict[str, float]:
    """The figures that the table has; nan for one that was not measured."""
    return {name: values.get(name, math.nan) for name in table.names}


def _line(
    model: str, values: Mapping[str, float], published: bool, against: float = math.nan,
    main: str = "", same: str = "",
) -> dict[str, Any]:
    ratio = values[main] / against if main else math.nan
    return {
        "model": model, "published": published, "values": dict(values), "same": same,
        "ratio": ratio,
    }


def beside_lines(found: Mapping[str, Any]) -> list[str]:
    """What `beside` gives, as lines of a table."""
    names, main = found["names"], found["main"]
    wide = max(len(row["model"]) for row in found["rows"]) + 2
    lines = [f"published: {found['source']} ({found['data']}). {found['note']}"]
    lines.append(f"{'':<{wide}}" + "".join(f"{name:>14}" for name in names.values()))
    for row in found["rows"]:
        values = "".join(f"{_figure(row['values'][name]):>14}" for name in names)
        lines.append(f"{row['model']:<{wide}}{values}   {_whose(row, found)}".rstrip())
    if math.isfinite(found["ratio"]):
        lines.append(
            f"blend against {found['best']['model']}, their best: {found['ratio']:.3f} times its "
            f"{names[main]}, by the same denominators"
        )
    return lines


def _whose(row: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Whose figure it is, and what it is against."""
    if row["published"]:
        return "published"
    against = row["same"] or found["best"]["model"]
    return f"here, {row['ratio']:.3f} x {against}"


def _figure(value: float) -> str:
    return f"{value:.4f}" if math.isfinite(value) else "undefined"
