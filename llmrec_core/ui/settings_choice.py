"""Settings of signals that a person gives for the next build, and the pull between alike items."""

from __future__ import annotations

import math

import streamlit as st

from llmrec_core import made, signals
from llmrec_core.signals.settings import choices, given_by, settings_of, shown, texts_of
from llmrec_core.study import Study
from llmrec_core.ui import state
from llmrec_core.ui.text import plain

_GIVEN, _NAME, _SETTING, _VALUE = (
    "build_settings", "setting_signal", "setting_name", "setting_value"
)
_DISTIL = "build_distil"


def _key(study: Study, what: str = _GIVEN) -> str:
    return f"{what}_{study.name}"


def pick(study: Study) -> None:
    """What is given, and an editor for one more; the last build's to begin with."""
    given = asked_for(study)
    with st.expander("Settings of signals", key="settings_open", icon=":material/tune:"):
        st.caption("Every setting is chosen on held-out rows but those that are given here.")
        first, second, third, fourth = st.columns([2, 3, 2, 1], vertical_alignment="bottom")
        name = str(first.selectbox(
            "Signal", [name for name in signals.NAMES if settings_of(name)], key=_NAME,
            format_func=signals.label, persist_state="session",
        ))  # fmt: skip
        known = settings_of(name)
        setting = str(second.selectbox(
            "Setting", list(known), key=f"{_SETTING}_{name}", persist_state="session",
            format_func=lambda one: f"{one} (default {shown(known[one])})",
        ))  # fmt: skip
        third.text_input(
            "Value", key=_VALUE, persist_state="session",
            placeholder=", ".join(choices(name, setting)) or shown(known[setting]),
        )
        fourth.button(
            "Give", key="setting_give", on_click=_give, args=(study, f"{name}.{setting}"),
            help="The next build takes this value and tries no other.",
        )
        with st.container(horizontal=True):
            for one in given:
                st.button(
                    plain(one), key=f"setting_drop_{one}", icon=":material/close:",
                    on_click=_drop, args=(study, one), help="Given. A click takes it away.",
                )
        st.number_input(
            "Pull items together that share attributes", 0.0, 1.0,
            made.distilled_asked(study), 0.05, key=_key(study, _DISTIL), persist_state="session",
            width=420, help="Knowledge distilled into the item vectors before anything is fitted: "
            "0 is not at all. `llmrec build --distil` is the same.",
        )


def _give(study: Study, place: str) -> None:
    with state.telling():
        value = str(st.session_state.get(_VALUE) or "")
        given = texts_of(given_by([*asked_for(study), f"{place}={value}"]))
        st.session_state[_key(study)] = list(given)


def _drop(study: Study, gone: str) -> None:
    st.session_state[_key(study)] = [one for one in asked_for(study) if one != gone]


def asked_for(study: Study) -> list[str]:
    """What is given for the next build of `study`: the last build's until somebody changes it."""
    return list(st.session_state.get(_key(study), made.settings_asked(study)))


def distil_asked(study: Study) -> float | None:
    """How far items are pulled together, as `llmrec build --distil`; None if it is not drawn."""
    value = st.session_state.get(_key(study, _DISTIL))
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return min(max(float(value), 0.0), 1.0)
