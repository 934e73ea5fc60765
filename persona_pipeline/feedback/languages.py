"""Which language a text is in, by its script or by its small words; rough, and silent where it is not sure."""

import re
from collections import Counter

_SCRIPTS: dict[str, str] = {
    "Greek": "Ͱ-Ͽ",
    "Cyrillic": "Ѐ-ԯ",
    "Hebrew": "֐-׿",
    "Arabic": "؀-ۿ",
    "Devanagari": "ऀ-ॿ",
    "Thai": "฀-๿",
    "Korean": "가-힯ᄀ-ᇿ",
    "Japanese": "぀-ヿ",
    "Chinese": "一-鿿",
}
_SMALL_WORDS: dict[str, str] = {
    "English": "the of and to is in that it for you with are on this be as or have not but they from by what which we "
    "a i me my do no so can how was he she at your will would should if come his her has an who when there about "
    "between",
    "Spanish": "el la los las de que y en un una es por con para no se del lo como pero más su al son está qué muy",
    "French": "le la les des et est un une du que qui dans pour pas il elle sur avec ce sont au vous nous mais je ne",
    "German": "der die das und ist nicht ein eine ich zu den mit für von auf es sie wir auch dem aber wie oder im sind",
    "Italian": "il lo la gli di che è e un una per non con del della sono in le si da come ma più questo anche i",
    "Portuguese": "o a os as de que e do da em um uma é para não com no na por se mais como mas dos são ao você",
    "Dutch": "de het een en van is dat niet ik in op te zijn voor met die aan er ook maar wat wij je naar bij om",
}
ENOUGH, SHARE, MARGIN = 3, 0.12, 1.5  # small words found, their share of all words, and how far ahead of the next

_BY_SCRIPT = {name: re.compile(f"[{letters}]") for name, letters in _SCRIPTS.items()}
_LANGUAGES_OF: dict[str, tuple[str, ...]] = {
    word: tuple(name for name, small in _SMALL_WORDS.items() if word in small.split())
    for small in _SMALL_WORDS.values()
    for word in small.split()
}
_LETTERS = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str | None:
    """The language, or the script where that says enough; None when the text is short or mixed."""
    found = _LETTERS.findall(text.lower())
    script = None if text.isascii() else _script_of("".join(found))
    return script or _by_small_words(found)


def _script_of(letters: str) -> str | None:
    """A script other than Latin that most letters are in; any kana make Chinese characters Japanese."""
    counts = {name: len(pattern.findall(letters)) for name, pattern in _BY_SCRIPT.items()}
    if counts["Japanese"]:
        counts["Japanese"] += counts.pop("Chinese")
    name = max(counts, key=lambda script: counts[script])
    return name if counts[name] * 2 > len(letters) else None


def _by_small_words(found: list[str]) -> str | None:
    counts = Counter(language for word in found for language in _LANGUAGES_OF.get(word, ()))
    first, second = (*counts.most_common(2), ("", 0), ("", 0))[:2]
    sure = first[1] >= max(ENOUGH, SHARE * len(found), MARGIN * second[1])
    return first[0] if sure else None
