"""From files to a study, step by step: choose, look, map, import."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from llmrec_core.demo import ABOUT, NAME, create_demo
from llmrec_core.errors import StudioError
from llmrec_core.export import inert
from llmrec_core.readers import FORMATS
from llmrec_core.readers.preview import Preview
from llmrec_core.study import Study, check_name
from llmrec_core.ui import column_mapping, jobs, state, uploads
from llmrec_core.ui.text import count, plain
from llmrec_core.ui.uploads import Upload

VIEW, THIS, NEW = "data_view", "This study", "New study"
_NEXT_VIEW = "data_next_view"
_PAGE = "pages/study/data.py"
_AUTO = "auto"


def pick_view() -> str:
    """«This study» or «New study»; the latter alone where there is no study."""
    wanted = st.session_state.pop(_NEXT_VIEW, None)
    if not st.session_state.get(state.STUDY):
        return NEW
    if wanted:
        st.session_state[VIEW] = wanted
    picked = st.segmented_control(
        "View", [THIS, NEW], default=None if wanted else THIS, key=VIEW, required=True,
        persist_state="session", label_visibility="collapsed",
        help="Look after the study in the sidebar, or load files into a new one.",
    )
    return picked or THIS


def _show(study: Study) -> None:
    """Go on with `study`: the picker and the view follow on the run that begins here."""
    st.session_state[state.NEXT_STUDY] = study.name
    st.session_state[_NEXT_VIEW] = THIS
    st.switch_page(_PAGE)


def demo() -> None:
    """The demo study with one button."""
    ended = uploads.interrupted()
    if ended:
        words = f"The import of {ended!r} was cancelled; nothing was changed."
        st.warning(plain(words), icon=":material/cancel:")
    there = NAME in [study.name for study in Study.listing()]
    with st.container(border=True):
        st.markdown("**No data at hand?**")
        st.caption(plain(ABOUT))
        if st.button(
            "Open the demo" if there else "Make the demo study", key="demo_make",
            icon=":material/auto_stories:",
            help="Reads books and simulated readers, then builds the study: a minute or two.",
        ):
            with st.spinner("Reading the demo's files…", show_time=True):
                study = create_demo()
            if not there:
                jobs.start(study)
            _show(study)


def choose() -> list[Upload]:
    """The files a person gave, on disk; empty where none."""
    files = st.file_uploader(
        "Files", accept_multiple_files=True, key="upload_files",
        help="Interactions (who did what) are required; a catalogue, a table of users and facts "
        "about items (item, relation, entity) may come along. CSV, TSV, JSON lines, Parquet, "
        "RecBole atomic files, MovieLens-100K; gzip too.",
    )
    if not files:
        st.caption(
            "Give a file with a user and an item in each row; ratings, times and events are used "
            "where they are there. A second file with titles, texts and genres makes "
            "recommendations that read. Files stay on this machine."
        )
    return uploads.stored(files)


def picked_format() -> str:
    """The format of all files; «auto» looks at their content."""
    labels = {_AUTO: "found out from the content", **{k: f.label for k, f in FORMATS.items()}}
    return st.selectbox(
        "Format", list(labels), format_func=lambda key: labels[key], key="upload_format",
        width=420, help="One for all files. Change it only where the preview below is wrong.",
    )


def review(given: Sequence[Upload], format: str) -> dict[str, str] | None:
    """Every file with its preview and column controls; the mapping, or None where one cannot be."""
    changes, good = [], True
    for upload in given:
        with st.container(border=True):
            changed = _file(upload, format)
        if changed is None:
            good = False
        else:
            changes.append((upload.shown, changed))
    mapping, problems = column_mapping.merged(changes)
    for problem in problems:
        st.error(plain(problem), icon=":material/error:")
    return mapping if good and not problems else None


def _file(upload: Upload, format: str) -> dict[str, str] | None:
    """One file; the changes to its guessed columns, or None where it cannot be read."""
    key = f"map_{upload.path.parent.name}_{format}"
    try:
        guessed = uploads.preview(upload, format, {})
    except StudioError as error:
        st.markdown(f"**{plain(upload.shown, 80)}**")
        st.error(plain(error), icon=":material/error:")
        return None
    st.markdown(f"**{plain(upload.shown, 80)}**")
    st.caption(
        plain(
            f"{column_mapping.described(guessed.role)}; {guessed.format}, "
            f"{_size(upload.size)}, {count(len(guessed.columns), 'column')}"
        )
    )
    left, right = st.columns([1, 3])
    with left:
        changed = column_mapping.widgets(guessed, key)
    with right:
        _rows(_after(upload, format, guessed, changed), key)
    return changed


def _after(upload: Upload, format: str, guessed: Preview, changed: dict[str, str]) -> Preview:
    """The preview under the changed columns, which may be another table now."""
    if not changed:
        return guessed
    try:
        after = uploads.preview(upload, format, changed)
    except StudioError as error:
        st.error(plain(error), icon=":material/error:")
        return guessed
    if after.role != guessed.role:
        st.caption(plain(f"With these columns: {column_mapping.described(after.role)}."))
    return after


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.1f} kB"


def _rows(preview: Preview, key: str) -> None:
    st.dataframe(
        inert(preview.rows), key=f"{key}_rows", hide_index=True,
        alt="First rows of the file", placeholder="",
    )
    st.caption(f"The first {count(len(preview.rows), 'row')}, all cells as text.")
    column_mapping.note(preview)


def finish(given: Sequence[Upload], format: str, mapping: dict[str, str] | None) -> None:
    """Name the study and import it."""
    taken = [study.name for study in Study.listing()]
    left, right = st.columns([1, 3], vertical_alignment="bottom")
    with left:
        # The key follows the files: other files, another suggestion.
        files = "_".join(upload.path.parent.name for upload in given)
        name = st.text_input(
            "Name of the study", uploads.suggested_name(given, taken), max_chars=40,
            key=f"upload_name_{files}",
            help="Lower-case letters, digits, - and _; it names a folder and stands in links.",
        )
    exists = name in taken
    with right:
        replace = exists and st.checkbox(
            "Replace the data of this study", key="upload_replace",
            help="What people typed (descriptions, weights, notes) is kept.",
        )
    with st.container(horizontal=True):
        go = st.button(
            "Import", key="upload_import", type="primary", icon=":material/database:",
            disabled=mapping is None or (exists and not replace),
            help="Reads all rows in a child process with limits on memory and time.",
        )
        st.button(
            "Cancel", key="upload_cancel", icon=":material/cancel:",
            help="Ends a running import; nothing is changed then.",
        )
    if go and mapping is not None:
        study = uploads.read_in(
            check_name(name or ""), given, format=format, mapping=mapping, replace=replace
        )
        uploads.forget()
        state.tell(f"The files are read into the study {study.name!r}. Next: build it.")
        _show(study)
