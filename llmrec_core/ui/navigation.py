"""The pages, once: the navigation, the links between pages and the tests read this list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#0f6e84" '
    'stroke-width="2.6" stroke-linecap="round"><circle cx="5.5" cy="18.5" r="2.5" fill="#0f6e84"/>'
    '<path d="M8 18.5h6.5a3.5 3.5 0 0 0 0-7h-5a3.5 3.5 0 0 1 0-7H16"/>'
    '<circle cx="18.5" cy="4.5" r="2.5" fill="#e07a1f" stroke="#e07a1f"/></svg>'
)
"""The icon of the browser's tab, drawn here: a Material icon there is fetched from the network."""


@dataclass(frozen=True)
class PageSpec:
    """One page: where its script lies, how it is called, and what it answers in one line."""

    path: str
    title: str
    icon: str
    section: str
    question: str
    default: bool = False


PAGES = (
    PageSpec("pages/study/overview.py", "Overview", ":material/dashboard:", "Study",
             "What is in this study, and what was built with what?", default=True),
    PageSpec("pages/study/data.py", "Data", ":material/upload_file:", "Study",
             "Load behaviour data, check it, build a study."),
    PageSpec("pages/study/writing.py", "Writing", ":material/history_edu:", "Study",
             "Who writes the descriptions, with which words, at what cost?"),
    PageSpec("pages/explore/descriptions.py", "Descriptions", ":material/edit_note:", "Explore",
             "What do we say of this user, on what evidence?"),
    PageSpec("pages/explore/item_texts.py", "Item texts", ":material/article:", "Explore",
             "What do items say of themselves, and what was written for them?"),
    PageSpec("pages/explore/map.py", "Map", ":material/scatter_plot:", "Explore",
             "Where do users and items lie to each other?"),
    PageSpec("pages/explore/concepts.py", "Concepts", ":material/interests:", "Explore",
             "Which named ideas drive a score, and what if one weighed more?"),
    PageSpec("pages/explore/audit.py", "Audit", ":material/fact_check:", "Explore",
             "Can the descriptions be believed, and which ones not?"),
    PageSpec("pages/recommend/for_one_user.py", "For one user", ":material/person:", "Recommend",
             "What do we recommend to this user, and why?"),
    PageSpec("pages/recommend/new_user.py", "New user", ":material/person_add:", "Recommend",
             "What would someone get who tells us one sentence?"),
    PageSpec("pages/recommend/what_if.py", "What if", ":material/alt_route:", "Recommend",
             "What would this user get if something about them were otherwise?"),
    PageSpec("pages/consequences/long_tail.py", "Long tail", ":material/show_chart:",
             "Consequences", "Who is shown, who never is, and what moves it?"),
    PageSpec("pages/consequences/controllability.py", "Controllability", ":material/tune:",
             "Consequences", "Do lists follow an edited description, and at what price?"),
    PageSpec("pages/consequences/landscape.py", "Weight landscape", ":material/landscape:",
             "Consequences", "What does every weighting cost in accuracy, and give to the tail?"),
    PageSpec("pages/measure/evaluation.py", "Evaluation", ":material/straighten:", "Measure",
             "How good are the lists, under which protocol, and how sure is that?"),
    PageSpec("pages/measure/compare.py", "Compare", ":material/balance:", "Measure",
             "Which recipe is better, for what, for whom, and is it more than luck?"),
    PageSpec("pages/measure/search.py", "Search", ":material/manage_search:", "Measure",
             "Which settings and weights suit this study better than the defaults?"),
)
"""In the order of the navigation."""


def sections() -> dict[str, list[StreamlitPage]]:
    """The navigation: section -> pages."""
    import streamlit as st

    out: dict[str, list[StreamlitPage]] = {}
    for spec in PAGES:
        page = st.Page(spec.path, title=spec.title, icon=spec.icon, default=spec.default)
        out.setdefault(spec.section, []).append(page)
    return out
