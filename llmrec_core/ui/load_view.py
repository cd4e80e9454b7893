"""What an import read, kept and repaired, as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from llmrec_core.export import inert
from llmrec_core.readers import LoadReport
from llmrec_core.ui.text import count

if TYPE_CHECKING:
    import pandas as pd


def report_of(card: Mapping[str, Any]) -> LoadReport | None:
    """The load report that a study's card holds; None where it has none that can be read."""
    try:
        return LoadReport.from_document(card["report"])
    except (KeyError, TypeError, ValueError):
        return None


def files(report: LoadReport) -> pd.DataFrame:
    """One row a file: name, format, what it holds, rows, repairs, megabytes, seconds."""
    import pandas as pd

    rows = [
        (
            file.name, file.format, file.role, file.rows_read, file.rows_kept,
            sum(repair.count for repair in file.repairs), file.bytes / 1e6, file.seconds,
        )
        for file in report.files
    ]
    names = ["File", "Format", "Holds", "Rows read", "Rows kept", "Repairs", "MB", "Seconds"]
    return inert(pd.DataFrame(rows, columns=names))


def repairs(report: LoadReport) -> pd.DataFrame:
    """One row a kind of repair: where, what was done, how often, the first case."""
    import pandas as pd

    rows = [(file.name, r.what, r.count, r.example) for file in report.files for r in file.repairs]
    rows += [("all files together", r.what, r.count, r.example) for r in report.repairs]
    return inert(pd.DataFrame(rows, columns=["Where", "What was done", "Rows", "First case"]))


def columns(report: LoadReport) -> pd.DataFrame:
    """One row a column that is used, and one a note: file, ours, theirs."""
    import pandas as pd

    rows = [
        (file.name, ours, theirs)
        for file in report.files for ours, theirs in file.mapping.items() if theirs != "-"
    ]
    rows += [(file.name, "note", text) for file in report.files for text in file.notes]
    return inert(pd.DataFrame(rows, columns=["File", "Used as", "Column"]))


def draw(report: LoadReport, key: str) -> None:
    """The report: files, repairs, and on request how columns were understood."""
    st.dataframe(
        files(report), key=f"{key}_files", hide_index=True, alt="Files of the import",
        column_config={
            "Rows read": st.column_config.NumberColumn(format="localized"),
            "Rows kept": st.column_config.NumberColumn(format="localized"),
            "Repairs": st.column_config.NumberColumn(
                format="localized", help="Rows or cells that were dropped, changed or merged."
            ),
            "MB": st.column_config.NumberColumn(format="%.2f", help="Size of the file as given."),
            "Seconds": st.column_config.NumberColumn(format="%.2f"),
        },
    )
    found = repairs(report)
    if len(found):
        st.caption(
            f"{count(len(found), 'kind')} of repair; every row that was dropped, changed or merged "
            "is counted here, with the first case."
        )
        st.dataframe(found, key=f"{key}_repairs", hide_index=True, alt="Repairs of the import")
    else:
        st.caption("Nothing had to be repaired.")
    words = "How columns were understood"
    with st.expander(words, key=f"{key}_columns", icon=":material/view_column:"):
        st.dataframe(columns(report), key=f"{key}_mapping", hide_index=True, alt="Columns in use")
