"""Maps of a study as they are stored: the build's own, and those of other spaces and settings."""

from llmrec_core.atlas.laying import LOCK, NAMING, PHASES, PROGRESS, lay_out
from llmrec_core.atlas.naming import forget_names, names_kept, write_names
from llmrec_core.atlas.placing import place
from llmrec_core.atlas.spaces import load_space, offered, opened, spaces_ready
from llmrec_core.atlas.stored import PCA, UMAP, Atlas, load, ready

__all__ = [
    "LOCK", "NAMING", "PCA", "PHASES", "PROGRESS", "UMAP", "Atlas", "forget_names", "lay_out",
    "load", "load_space", "names_kept", "offered", "opened", "place", "ready", "spaces_ready",
    "write_names",
]
