"""A revision in another language than the question."""

import pandas as pd

from persona_pipeline.feedback.quality_rules import QUALITY_RULES, Example, QualityRule
from persona_pipeline.languages import language_of


def finds(pairs: pd.DataFrame, _: pd.DataFrame) -> list[str | None]:
    """The language, where it is recognised and is neither the question's nor the base answer's.

    The base answer counts because a question may ask for a translation; a language that is not recognised is no fault.
    """
    known = {text: language_of(text) for text in {*pairs["prompt"], *pairs["rejected"]}}
    texts = zip(pairs["prompt"], pairs["chosen"], pairs["rejected"], strict=True)
    return [_other(language_of(chosen), known[prompt], known[rejected]) for prompt, chosen, rejected in texts]


def _other(revision: str | None, question: str | None, base: str | None) -> str | None:
    expected = [language for language in (question, base) if language]
    if revision is None or not expected or revision in expected:
        return None
    return f"the revision is in '{revision}', not in {' or '.join(dict.fromkeys(expected))}"


QUALITY_RULES.register(
    "other_language",
    QualityRule(
        "other_language",
        40,
        "The revision is in a language that neither the question nor the base answer has.",
        "drop",
        finds,
        trips=Example(
            "Should we pay for the tram?",
            "Ich denke, das ist nicht für alle gut.",
            "It is not what we all want, but it may be fair for the town.",
        ),
        passes=Example(
            "How do I say in German that this is not good?",
            "Das ist nicht gut für mich und auch nicht für die anderen.",
            "In German you say: das ist nicht gut, und es ist auch für die Leute nicht schön, aber ich weiß es nicht.",
        ),
    ),
)
