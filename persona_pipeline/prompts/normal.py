"""A text without what does not change what it asks: case, blanks, quotation marks, punctuation at the ends of words."""

import re
import unicodedata

import pandas as pd

from persona_pipeline.seeds import content_hash

_AT_THE_END = re.compile(r"[.,!?;:…·¡¿。？！，、]+(?!\w)|(?<!\w)[¡¿]+")
_QUOTES = re.compile("[\"'`´‘’“”„«»()\\[\\]]")


def normalised(text: str) -> str:
    """The text in Unicode's NFKC, without case, quotes and closing punctuation, blanks as one; `C#` and 1.5 stay."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_AT_THE_END.sub(" ", _QUOTES.sub("", plain)).split())


def text_hashes(texts: pd.Series) -> pd.Series:
    """A hash of each normalised text; equal hashes, the same question."""
    return texts.map(lambda text: content_hash("text", normalised(text))).astype(object)
