"""Search for a recipe: settings and weights together, judged on users that no fit has seen."""

from llmrec_core.search.run import Found, search
from llmrec_core.search.saved import Saved, load_saved, save_found

__all__ = ["Found", "Saved", "load_saved", "save_found", "search"]
