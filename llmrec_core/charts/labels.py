"""The one way that text from data gets into a figure: shortened, then made inert."""

from __future__ import annotations

import html


def label(text: str, most: int = 48) -> str:
    """`text` on one line of at most `most` characters, with no markup that Plotly would obey.

    Plotly reads a small HTML (links, bold, breaks) in labels, names and hover texts, and fills in
    `%{…}`: a word joiner, which has no width, keeps that text.
    """
    line = " ".join(str(text).split())
    # Cut before escaping, so that no entity is cut in two.
    short = html.escape(line if len(line) <= most else line[: most - 1] + "…", quote=False)
    return short.replace("%{", "%\u2060{")
