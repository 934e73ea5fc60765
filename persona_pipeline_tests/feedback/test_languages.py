import pytest

from persona_pipeline.feedback.languages import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("It is not what we want, but it may be the best for the town.", "English"),
        ("How can I let my ex-husband know how much I appreciate him?", "English"),
        ("Write a story about a duel between a giant witch and a knight", "English"),
        ("No es lo que queremos, pero puede ser lo mejor para la ciudad.", "Spanish"),
        ("Ce n'est pas ce que nous voulons, mais c'est le mieux pour la ville et les gens.", "French"),
        ("Das ist nicht das, was wir wollen, aber es ist gut für die Stadt.", "German"),
        ("Non è quello che vogliamo, ma per la città è il meglio che si può fare.", "Italian"),
        ("Não é o que queremos, mas é o melhor para a cidade e para você.", "Portuguese"),
        ("Dat is niet wat wij willen, maar het is goed voor de stad en de mensen.", "Dutch"),
        ("Это не то, чего мы хотим.", "Cyrillic"),
        ("这不是我们想要的。", "Chinese"),
        ("これは私たちの望むものではない。", "Japanese"),
        ("Trams, buses, bicycles.", None),
        ("", None),
        ("42 %", None),
    ],
)
def test_a_language_is_recognised_or_nothing_is_said(text, language):
    assert language_of(text) == language
