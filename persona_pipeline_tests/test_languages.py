import pytest

from persona_pipeline.languages import language_of
from persona_pipeline.prompts.sources import SOURCES, Given
from persona_pipeline_tests.prompts.factories import PRISM


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Should everybody have to work until they are seventy?", "en"),
        ("why do we have to pay so much", "en"),
        ("¿Por qué los ricos no pagan más impuestos?", "es"),
        ("Pourquoi les riches ne paient pas plus d'impôts ?", "fr"),
        ("Warum zahlen die Reichen nicht mehr Steuern?", "de"),
        ("Perché i ricchi non pagano più tasse della gente comune?", "it"),
        ("Por que os ricos não pagam mais impostos do que eu?", "pt"),
        ("Waarom betalen de rijken niet meer belasting?", "nl"),
        ("Dlaczego bogaci nie płacą więcej i czy to jest dobrze?", "pl"),
        ("Varför betalar de rika inte mer i skatt och vad kan vi göra?", "sv"),
        ("Zenginler neden daha çok vergi vermiyor ve bu ne için böyle?", "tr"),
        ("Mengapa orang kaya tidak membayar pajak yang lebih tinggi?", "id"),
        ("为什么富人不多交税？", "zh"),
        ("なぜ金持ちはもっと税金を払わないのか？", "ja"),
        ("왜 부자들은 세금을 더 내지 않나요?", "ko"),
        ("Почему богатые не платят больше налогов?", "ru"),
        ("لماذا لا يدفع الأغنياء ضرائب أكثر؟", "ar"),
    ],
)
def test_a_plain_question_says_its_language(text, code):
    assert language_of(text) == code


@pytest.mark.parametrize("text", ["", "42?", "Toyota Corolla 2014", "pizza", "🙂🙂"])
def test_what_does_not_say_has_none(text):
    assert language_of(text) is None


def test_a_quotation_does_not_decide():
    assert language_of("What does 'je ne sais quoi' mean in English, and is it polite?") == "en"
    assert language_of("How do I say 为什么 in a sentence?") == "en"


@pytest.mark.skipif(not PRISM.exists(), reason=f"the PRISM extract is not at {PRISM}")
def test_hardly_a_prompt_of_prism_is_taken_for_another_language():
    """PRISM was collected in English."""
    texts = SOURCES.get("prism").read(Given(PRISM))["text"]
    others = [text for text in texts if language_of(text) not in ("en", None)]
    assert len(others) <= 5, others


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How can I let my ex-husband know how much I appreciate him?", "en"),
        ("No es lo que queremos, pero puede ser lo mejor para la ciudad.", "es"),
        ("Ce n'est pas ce que nous voulons, mais c'est le mieux pour la ville et les gens.", "fr"),
        ("Das ist nicht das, was wir wollen, aber es ist gut für die Stadt.", "de"),
        ("Non è quello che vogliamo, ma per la città è il meglio che si può fare.", "it"),
        ("Não é o que queremos, mas é o melhor para a cidade e para você.", "pt"),
        ("Dat is niet wat wij willen, maar het is goed voor de stad en de mensen.", "nl"),
        ("Trams, buses, bicycles.", None),
    ],
)
def test_the_language_of_an_answer_is_recognised_or_nothing_is_said(text, language):
    assert language_of(text) == language
