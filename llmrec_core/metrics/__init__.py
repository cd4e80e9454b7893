"""How good lists are: one value a user, nan where undefined; and how sure their means are."""

from llmrec_core.metrics.beyond import diversity, novelty, serendipity, unit_rows
from llmrec_core.metrics.intervals import bootstrap_interval, bootstrap_intervals
from llmrec_core.metrics.listed import Known, list_metrics
from llmrec_core.metrics.paired import Paired, against, holm
from llmrec_core.metrics.ranking import (
    average_precision,
    hit_rate,
    judged,
    ndcg,
    precision,
    ranked_hits,
    ranking_metrics,
    recall,
    reciprocal_rank,
    relevant_counts,
)
from llmrec_core.metrics.scores import auc

__all__ = [
    "Known", "Paired", "against", "auc", "average_precision", "bootstrap_interval",
    "bootstrap_intervals", "diversity", "hit_rate", "holm", "judged", "list_metrics", "ndcg",
    "novelty", "precision", "ranked_hits", "ranking_metrics", "recall", "reciprocal_rank",
    "relevant_counts", "serendipity", "unit_rows",
]
