"""Starting the server: the one place that sets Streamlit going."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from llmrec_core.errors import StudioError

FLAG = "LLMREC_WARM"
"""Set for a server that serves people: the editor then gets the encoder ready in the background.
Tests and scripts that import the app load no model; LLMREC_WARM=0 keeps the server from it too."""


def serve(port: int) -> int:
    """Serve the app on 127.0.0.1 until it is stopped; the exit code.

    Raises `StudioError` where the port is taken or the app is not there.
    """
    _check_free(port)
    from streamlit.runtime.pages_manager import PagesManager
    from streamlit.web import cli

    script = Path(__file__).resolve().parents[2] / "app.py"
    if not script.exists():
        raise StudioError(f"{script} is not there: install from a checkout (pip install -e .).")
    os.chdir(script.parent)  # Streamlit reads .streamlit/config.toml from the working directory
    # A cold server that finds a folder pages/ looks for pages in it before app.py has named them,
    # and tells the first visitor with a link to a page that there is no such page.
    PagesManager.uses_pages_directory = False
    os.environ.setdefault(FLAG, "1")
    sys.argv = ["streamlit", "run", str(script), "--server.port", str(port)]
    return int(cli.main() or 0)


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        # Without it a server that just ended would still hold the port; the next one asks so too.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise StudioError(
                f"Port {port} cannot be used ({error.strerror}): choose another with --port."
            ) from error
