"""The prompt as text: read it, change it, keep versions of it, see what changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from llmrec_core.describe.diff import Line, words
from llmrec_core.errors import InputError, StudioError
from llmrec_core.study import Study
from llmrec_core.ui import state
from llmrec_core.ui.text import count, plain
from llmrec_core.ui.versions import AUTHOR
from llmrec_core.writing import prompts
from llmrec_core.writing.chosen import Chosen, chosen, keep

if TYPE_CHECKING:
    from llmrec_core.journal import PromptVersion

MEANINGS = {
    "evidence": "what was counted of one user, between marks that no data can imitate",
    "things": "what the items are called: films, books, items",
    "language": "the language chosen above",
}
"""The placeholders of a description's prompt; the first one must be there."""
_NOBODY = "analyst"


def stored(study: Study, settings: Chosen) -> str:
    """The prompt in force for the scheme: a saved version, or the file's."""
    digest = settings.prompts.get(settings.scheme, "")
    text = study.journal.prompt_text(digest) if digest else None
    return text or prompts.default(settings.scheme)


def _key(study: Study, scheme: str) -> str:
    return f"writing_{study.name}_prompt_{scheme}"


def draft(study: Study, settings: Chosen) -> str:
    """The prompt as it stands on the screen."""
    shown = st.session_state.get(_key(study, settings.scheme))
    return stored(study, settings) if shown is None else str(shown)


def unsaved(study: Study, settings: Chosen) -> bool:
    """Whether the screen holds another prompt than the one that a build would use."""
    now = draft(study, settings)
    return prompts.digest_of(now) != prompts.digest_of(stored(study, settings))


def wrong(text: str) -> str:
    """What is wrong with a prompt, in one sentence; empty where nothing is."""
    try:
        prompts.checked(text)
    except InputError as error:
        return str(error)
    return ""


def editor(study: Study, settings: Chosen) -> None:
    """The text of the scheme's prompt with its buttons and versions."""
    key = _key(study, settings.scheme)
    if key not in st.session_state:
        st.session_state[key] = stored(study, settings)
    st.text_area(
        "Prompt", key=key, height=320, persist_state="session", label_visibility="collapsed",
    )
    st.caption(
        "Lines «# System» and «# User» begin a turn. "
        + plain("; ".join(f"{{{name}}}: {what}" for name, what in MEANINGS.items())) + "."
    )
    problem = wrong(draft(study, settings))
    if problem:
        st.error(plain(problem), icon=":material/error:")
    changed = unsaved(study, settings)
    history = study.journal.prompts(settings.scheme)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Save as a version", key="prompt_save", icon=":material/save:",
            type="primary" if changed else "secondary", disabled=bool(problem) or not changed,
            on_click=_save, args=(study.name,), help="Builds use the version saved last.",
        )
        st.button(
            "Discard changes", key="prompt_discard", icon=":material/delete_sweep:",
            disabled=not changed, on_click=_discard, args=(study.name,),
            help="Goes back to the version in force.",
        )
        st.button(
            "Restore the file's", key="prompt_restore", icon=":material/restart_alt:",
            on_click=_use, args=(study.name, ""),
            disabled=changed or not settings.prompts.get(settings.scheme),
            help="Puts the text that the studio comes with in force; saved versions stay.",
        )
        with st.popover(
            count(len(history), "version") if history else "Versions",
            icon=":material/history:", type="tertiary", key="prompt_versions",
        ):
            _versions(study, settings, history)
        _status(settings, history, changed)


def _status(settings: Chosen, history: list[PromptVersion], changed: bool) -> None:
    if changed:
        st.badge("Not saved yet", icon=":material/edit:", color="orange",
                 help="Kept while this browser tab is open, also on other pages.")
        return
    digest = settings.prompts.get(settings.scheme, "")
    found = [version.version for version in history if version.digest == digest]
    if digest and found:
        st.badge(f"Version {found[-1]} is in force", icon=":material/check:", color="green")
    else:
        st.badge("The file's text is in force", icon=":material/description:", color="gray")


def _versions(study: Study, settings: Chosen, history: list[PromptVersion]) -> None:
    st.text_input(
        "Your name", key=AUTHOR, max_chars=60, placeholder=_NOBODY, persist_state="session",
        help="Stands beside the versions that you save.",
    )
    if not history:
        st.caption("No version is saved yet: the text is the file's.")
        return
    by_number = {version.version: version for version in reversed(history)}
    number = st.selectbox(
        "Version", list(by_number), key=f"prompt_version_{study.name}_{settings.scheme}",
        format_func=lambda n: plain(_name(by_number[n])),
    )
    picked = by_number[number]
    st.caption("What it says otherwise than the text on the screen:")
    difference(picked.text, draft(study, settings))
    st.button(
        "Use this version", key="prompt_use", icon=":material/undo:", on_click=_use,
        args=(study.name, picked.digest), disabled=unsaved(study, settings),
        help="Save or discard what is on the screen first.",
    )


def _name(version: PromptVersion) -> str:
    when = version.created.astimezone().strftime("%Y-%m-%d %H:%M")
    return f"Version {version.version} by {version.author}, {when}"


def difference(old: str, new: str) -> None:
    """Line by line what changed word by word: − only in `old`, + only in `new`."""
    from llmrec_core.ui.word_diff import markup

    shown = [markup(line) for line in _lines(old, new)]
    if not shown:
        st.caption("Nothing.")
    for line in shown:
        st.markdown(line)


def _lines(old: str, new: str) -> Iterator[Line]:
    """The lines that differ, a replaced one beside the one in its place."""
    from difflib import SequenceMatcher
    from itertools import zip_longest

    before = [line for line in old.splitlines() if line.strip()]
    after = [line for line in new.splitlines() if line.strip()]
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            for left, right in zip_longest(before[a:b], after[c:d], fillvalue=""):
                yield Line(None, None, words(left, right))


def _save(study_name: str) -> None:
    """Save what is on the screen; it stays there when that fails."""
    study = Study.open(study_name)
    settings = chosen(study)
    text = draft(study, settings)
    with state.telling():
        if problem := wrong(text):
            raise StudioError(problem)
        author = (st.session_state.get(AUTHOR) or "").strip() or _NOBODY
        version = study.journal.save_prompt(settings.scheme, text, author)
        digest = prompts.digest_of(text)
        keep(study, replace(settings, prompts={**settings.prompts, settings.scheme: digest}))
        state.tell(f"The prompt is saved as version {version} and in force.")


def _discard(study_name: str) -> None:
    study = Study.open(study_name)
    settings = chosen(study)
    st.session_state[_key(study, settings.scheme)] = stored(study, settings)


def _use(study_name: str, digest: str) -> None:
    """Put a version in force («» is the file's) and on the screen."""
    study = Study.open(study_name)
    now = chosen(study)
    with state.telling():
        settings = replace(now, prompts={**now.prompts, now.scheme: digest})
        keep(study, settings)
        st.session_state[_key(study, settings.scheme)] = stored(study, settings)
