"""How good lists are: one value a user, nan where undefined; and how sure their means are."""

from llmrec_core.metrics.intervals import bootstrap_interval
from llmrec_core.metrics.ranking import (
    average_precision,
    hit_rate,
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
    "auc", "average_precision", "bootstrap_interval", "hit_rate", "ndcg", "precision",
    "ranked_hits", "ranking_metrics", "recall", "reciprocal_rank", "relevant_counts",
]
