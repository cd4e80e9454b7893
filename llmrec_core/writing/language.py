"""Which language an answer is in, as far as that can be told offline."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Any

SCRIPTS = {"CJK": "zh ja", "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "ARABIC": "ar fa ur",
           "CYRILLIC": "ru uk bg sr", "GREEK": "el", "HEBREW": "he", "THAI": "th",
           "DEVANAGARI": "hi mr ne"}  # fmt: skip
"""The languages of scripts that are not Latin."""

NAMES = {
    "en": "english", "zh": "chinese 中文 汉语 漢語 mandarin", "de": "german deutsch",
    "fr": "french français francais", "es": "spanish español espanol", "it": "italian italiano",
    "pt": "portuguese português", "nl": "dutch nederlands", "ja": "japanese 日本語",
    "ko": "korean 한국어", "ru": "russian русский", "ar": "arabic العربية", "pl": "polish polski",
    "sv": "swedish svenska", "da": "danish dansk", "fi": "finnish suomi", "tr": "turkish türkçe",
    "cs": "czech čeština", "el": "greek ελληνικά", "he": "hebrew עברית", "hi": "hindi हिन्दी",
    "uk": "ukrainian українська", "vi": "vietnamese", "id": "indonesian", "hu": "hungarian magyar",
    "ro": "romanian română", "th": "thai ไทย", "no": "norwegian norsk", "fa": "persian farsi",
    "ur": "urdu", "bg": "bulgarian", "sr": "serbian", "mr": "marathi", "ne": "nepali",
}
"""Words by which people name languages; another language is not checked."""

_VARIANTS = {"zh": {"zh", "yue", "wuu", "gan", "hak", "nan"}, "no": {"no", "nb", "nn", "da"},
             "en": {"en", "pcm"}}  # fmt: skip
_LETTERS, _SURE, _UNLIKELY = 40, 0.6, 0.05
_SHARE = 0.3


def code_of(language: str) -> str | None:
    """The ISO 639-1 code of a language's name («Simplified Chinese»); None for an unknown one."""
    words = language.casefold().replace("(", " ").replace(")", " ").split()
    if not words:
        return None
    whole = next((code for code in NAMES if code == words[0]), None)
    named = (code for code, names in NAMES.items() if set(names.split()) & set(words))
    within = (code for code, names in NAMES.items()
              if any(not n.isascii() and n in language for n in names.split()))  # fmt: skip
    return whole or next(named, None) or next(within, None)


def other_language(text: str, language: str, *, prose: bool = True) -> str | None:
    """The code (or script) of the language that `text` is in where that is not `language`.

    None where it is, where that cannot be told, or where `language` is not known. Titles and
    names should be left out of `text` before. `prose` False looks at the script alone: a list
    of words has too little grammar to be told.
    """
    code = code_of(language)
    letters = [c for c in text if c.isalpha()]
    if code is None or not letters:
        return None
    scripts = [unicodedata.name(c, "?").split()[0].split("-")[0] for c in letters]
    wanted = {name for name, codes in SCRIPTS.items() if code in codes.split()} or {"LATIN"}
    if sum(script in wanted for script in scripts) < _SHARE * len(scripts):
        main = max(set(scripts), key=scripts.count)
        return SCRIPTS.get(main, main).split()[0].lower()
    if not prose or len(letters) < _LETTERS:
        return None
    ranked = dict(_identifier().rank(text))
    best = max(ranked, key=lambda name: ranked[name])
    mine = sum(ranked.get(name, 0.0) for name in _VARIANTS.get(code, {code}))
    return str(best) if mine < _UNLIKELY and ranked[best] >= _SURE else None


@cache
def _identifier() -> Any:
    """The model that tells languages, 5 MB, loaded once."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
