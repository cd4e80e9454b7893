"""Caches of the pages that measure, under the same rules as `cached`: keyed by names, never data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core.evaluate import stored
from llmrec_core.ui import cached

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import pandas as pd

    from llmrec_core.evaluate.result import Result
    from llmrec_core.evaluate.stored import Kept
    from llmrec_core.metrics import Paired
    from llmrec_core.study import Study


@st.cache_resource(max_entries=12, show_spinner="Reading the evaluation…")
def _result(folder: str, key: str, when: float, _study: Study) -> Result:
    return stored.load(_study, key)


def result_of(study: Study, kept: Kept) -> Result:
    """A kept evaluation; raises `DamagedArtefactError` where it is not whole."""
    return _result(str(study.folder), kept.key, kept.when, study)


@st.cache_resource(max_entries=16, show_spinner="Comparing user by user…")
def _against(
    folder: str, evaluations: tuple[tuple[str, float], ...], metric: str, reference: str,
    labels: tuple[str, ...], _values: Mapping[str, np.ndarray],
) -> dict[str, Paired]:
    from llmrec_core.metrics import against
    from llmrec_core.threads import one_thread

    with one_thread():
        return against(_values, reference)


def against(
    study: Study, kept: Sequence[Kept], metric: str, reference: str,
    values: Mapping[str, np.ndarray],
) -> dict[str, Paired]:
    """Every row of `values` against `reference`; `values` are those of `metric` in `kept`.

    Which rows there are counts: p-values are corrected for their number.
    """
    named = tuple((one.key, one.when) for one in kept)
    return _against(str(study.folder), named, metric, reference, tuple(values), values)


@st.cache_resource(max_entries=8, show_spinner="Measuring slices…")
def _slices(
    folder: str, key: str, when: float, recipes: tuple[str, ...], _study: Study, _result: Result
) -> pd.DataFrame:
    from llmrec_core.evaluate.slices import slices_of

    return slices_of(_result, cached.tables_of(_study), recipes=recipes)


def slices(study: Study, kept: Kept, recipes: tuple[str, ...]) -> pd.DataFrame:
    """Some recipes of a kept evaluation by kinds of users and items; never to be written to."""
    result = result_of(study, kept)
    return _slices(str(study.folder), kept.key, kept.when, recipes, study, result)
