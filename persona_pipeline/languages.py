"""Which language a text is in, by a rule one can check: its script, and function words that are that language's.

It knows the languages listed here and says nothing about a text whose words point nowhere. It is no match for a trained
model on mixed or very short texts; the prompts' source may give the language instead, and then that counts.
"""

import re
import unicodedata
from collections import Counter

LETTERS_TO_TELL = 0.5  # of a text's letters: from here on another script than Latin decides
MARGIN = 2  # a language needs as many more of its words than English has, so that a quotation does not decide

SCRIPTS: dict[str, str] = {
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "HANGUL": "ko",
    "ARABIC": "ar",
    "HEBREW": "he",
    "GREEK": "el",
    "THAI": "th",
    "DEVANAGARI": "hi",
    "BENGALI": "bn",
    "TAMIL": "ta",
    "CYRILLIC": "ru",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
}
"""The commonest language of a script: Cyrillic may be Ukrainian as well; what matters is that it is not Latin."""

_WORDS: dict[str, str] = {
    "en": "the a an is are was were be been do does did i you he she it we they my your his her our their me "
    "him them this that these those of to in on for with at by from and or but not no if so as what who "
    "how why when where which should would could can will have has had there than about more most just "
    "like think",
    "es": "el la los las un una es son era qué que quién cómo por para con sin del al y o pero no si su sus mi "
    "tu lo se le les está están hay más muy cuál cuándo dónde deberían debería porque como este esta",
    "fr": "le la les un une des est sont était que qui quoi comment pourquoi pour avec sans du au aux et ou "
    "mais ne pas si son sa ses mon ma mes je tu il elle nous vous ils ce cette il y a plus très dans sur "
    "être quel quelle",
    "de": "der die das ein eine einen ist sind war waren was wer wie warum für mit ohne von zu und oder aber "
    "nicht kein wenn sein ihr mein ich du er sie wir es dass den dem des im am auf mehr sehr soll sollte "
    "kann haben hat",
    "it": "il lo la gli le un una è sono era che chi come perché per con senza del della di e o ma non se suo "
    "sua mio mia io tu lui lei noi voi nel nella più molto quale dovrebbe dovrebbero cosa anche questo "
    "questa",
    "pt": "o a os as um uma é são era que quem como por para com sem do da dos das e ou mas não se seu sua meu "
    "minha eu você ele ela nós no na mais muito qual deveria deveriam isso este esta também há",
    "nl": "de het een is zijn was waren wat wie hoe waarom voor met zonder van naar en of maar niet geen als "
    "mijn jouw ik jij hij zij wij dat dit deze die op aan meer zeer moet zou kan heeft hebben er ook",
    "pl": "jest są był co kto jak dlaczego dla z bez od do i lub ale nie jeśli jego jej mój twój ja ty on ona "
    "my że to ten ta te na w więcej bardzo czy powinien można się",
    "sv": "en ett är var vad vem hur varför för med utan av till och eller men inte om min din jag du han hon "
    "vi det den de att på i mer mycket ska kan har som",
    "tr": "bir ve veya ama değil ne kim nasıl neden için ile bu şu o ben sen biz siz mi mı mu mü daha çok var "
    "yok olan olarak gibi her",
    "id": "yang dan atau tetapi tidak apa siapa bagaimana mengapa untuk dengan dari di ke ini itu saya kamu dia "
    "kami adalah akan lebih sangat harus bisa ada pada",
}
_LANGUAGES_OF: dict[str, tuple[str, ...]] = {
    word: tuple(code for code, own in _WORDS.items() if word in own.split())
    for words in _WORDS.values()
    for word in words.split()
}
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str | None:
    """The two-letter code of the text's language; None when it does not say."""
    if not text.isascii():
        letters = [letter for letter in text if letter.isalpha()]
        foreign = [letter for letter in letters if ord(letter) > 0x24F]
        if letters and len(foreign) >= LETTERS_TO_TELL * len(letters):
            return _of_script(foreign)
    counts = Counter(code for word in _WORD.findall(text.lower()) for code in _LANGUAGES_OF.get(word, ()))
    best = max(_WORDS, key=lambda code: (counts[code], code == "en"))
    if counts["en"] and counts[best] < counts["en"] + MARGIN:
        return "en"
    return best if counts[best] >= MARGIN else None


def _of_script(letters: list[str]) -> str | None:
    """The language of the first script that is known; Japanese mixes its own signs with Chinese ones."""
    found = {SCRIPTS.get(unicodedata.name(letter, "").split(" ")[0].split("-")[0]) for letter in letters}
    return "ja" if "ja" in found else next((code for code in SCRIPTS.values() if code in found), None)
