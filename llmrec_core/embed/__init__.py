"""Texts -> vectors, and texts -> word vectors. Torch stays inside this folder.

`load_encoder` gives an `Encoder`; `VectorCache` remembers what it made; `embed_items` and
`embed_sentences` centre and normalise what the signals and the map read.
"""

from llmrec_core.embed.cache import VectorCache, encode_cached
from llmrec_core.embed.encoder import Encoder, TextEncoder, load_encoder
from llmrec_core.embed.items import (
    ItemVectors,
    centred,
    embed_items,
    embed_sentences,
    item_texts,
)
from llmrec_core.embed.loading import BUNDLED, bundled_folder

__all__ = [
    "BUNDLED",
    "Encoder",
    "ItemVectors",
    "TextEncoder",
    "VectorCache",
    "bundled_folder",
    "centred",
    "embed_items",
    "embed_sentences",
    "encode_cached",
    "item_texts",
    "load_encoder",
]
