"""What follows a knob: drawn alone, in order, and guarded."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _page() -> None:
    import streamlit as st

    from llmrec_core.errors import InputError
    from llmrec_core.ui import follow

    st.session_state["runs"] = st.session_state.get("runs", 0) + 1

    def first() -> None:
        st.text(f"first at {st.session_state['knob']}")

    def second() -> None:
        if st.session_state["knob"] > 5:
            raise InputError("The knob is too far: turn it back.")
        st.text(f"second in run {st.session_state['runs']}")

    follow.begin()
    st.slider("knob", 0, 10, key="knob", on_change=follow.redraw)
    follow.follows("first", first)
    follow.follows("second", second)


def test_a_knob_draws_what_follows_and_nothing_else():
    """Both parts are drawn again, the page above them is not run."""
    at = AppTest.from_function(_page).run()
    assert [text.value for text in at.text] == ["first at 0", "second in run 1"]
    at.slider(key="knob").set_value(3).run()
    assert [text.value for text in at.text] == ["first at 3", "second in run 1"]
    assert not at.exception and at.session_state["runs"] == 1


def test_a_refusal_in_a_part_is_one_sentence():
    """What comes before it stays, and no traceback is shown."""
    at = AppTest.from_function(_page).run()
    at.slider(key="knob").set_value(7).run()
    assert [text.value for text in at.text] == ["first at 7"]
    assert "turn it back" in at.error[0].value and not at.exception
