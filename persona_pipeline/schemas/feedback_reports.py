"""Reports on all preference pairs: whether topics are independent of personas, what the judge says, how they differ."""

from typing import Literal

from persona_pipeline.schemas.fields import Row, column, columns_of
from persona_pipeline.schemas.persona_reports import MadeUp
from persona_pipeline.schemas.tables import table


class Independence(MadeUp):
    attribute: str = column("An attribute of the persona; bands of age and income.")
    n_pairs: int = column("Assignments counted: those outside the core, which all personas share.", at_least=0)
    n_personas: int = column("Personas counted.", at_least=0)
    n_levels: int = column("Levels of the attribute; those of fewer than 5 personas are one.", at_least=0)
    n_topics: int = column("Topics of the prompts.", at_least=0)
    mutual_information: float | None = column(
        "What the attribute tells of a pair's topic, from 0; chance alone makes it larger than 0.",
        unit="bits",
        at_least=0,
    )
    expected_by_chance: float | None = column(
        "The mean when the attribute's values are dealt anew among the personas.", unit="bits", at_least=0
    )
    p_value: float | None = column(
        "Chance of as much when topics are independent of the attribute: the gamma distribution with mean and variance "
        "of the permutations.",
        at_least=0,
        at_most=1,
    )
    corrected_p: float | None = column(
        "The same, corrected over all attributes by Holm's method.", at_least=0, at_most=1
    )
    verdict: Literal["independent", "dependent", "untested"] = column(
        "dependent: more than chance explains, at a corrected p below 0.001."
    )
    untested_because: str | None = column("Why there is no test; null when there is one.")
    n_permutations: int = column("Times the attribute's values were dealt anew.", at_least=1)
    seed: int = column("The seed of the permutations.")


INDEPENDENCE = table(
    "feedback",
    "independence",
    columns_of(Independence),
    key=("attribute",),
    description="Whether a prompt's topic tells anything of the persona it was assigned to, attribute by attribute; it "
    "must not, or topic and demographics could not be told apart.",
)


class JudgeAgreement(Row):
    judge: str = column("The model that judged, playing the persona.")
    measure: Literal["prefers_revision", "side_difference"] = column(
        "prefers_revision: share of usable judgements for the revision; side_difference: that share with the revision "
        "on side A, less that with it on side B; 0 for a judge without a favourite side."
    )
    grouping: Literal["all", "revision_side", "split", "topic"] = column(
        "What the judgements are grouped by; split: persona_split × question_type."
    )
    level: str = column("The group: 'all', 'A', 'train persona, unseen prompt', or a topic.")
    n_judged: int = column("Judgements in the group.", at_least=0)
    n_usable: int = column("Those with a choice; the others count neither for nor against.", at_least=0)
    n_personas: int = column("Personas behind the usable ones.", at_least=0)
    value: float | None = column("The measure; null when undefined.", at_least=-1, at_most=1)
    low: float | None = column("Lower end of the interval.", at_least=-1, at_most=1)
    high: float | None = column("Upper end of the interval.", at_least=-1, at_most=1)
    confidence: float = column("Confidence of the interval, a bootstrap over personas.", at_least=0, at_most=1)
    paper_value: float | None = column(
        "What the paper reports for the same; null where it reports nothing.", source="PERSONA section 3.2"
    )
    reason: str | None = column("Why a value is null, or says little; null otherwise.")
    simulated: bool = column("True when any judgement counted is a simulated model's.")
    seed: int = column("The seed of the bootstrap.")


JUDGE_AGREEMENT = table(
    "feedback",
    "judge_agreement",
    columns_of(JudgeAgreement),
    key=("judge", "measure", "grouping", "level"),
    description="How often the role-playing judge chooses the revision, overall, by the side it stood on, by split and "
    "by topic, beside the paper's 96 %.",
)


class Diversity(Row):
    part: Literal["critique", "revision"] = column("Which texts are compared.")
    measure: str = column(
        "Distance of two texts, 0 for the same and 1 for nothing in common. words: 1 − cosine of their TF-IDF weighted "
        "words; word_pairs: 1 − cosine of their neighbouring word pairs (what BLEU counts)."
    )
    n_prompts: int = column("Prompts of the core block that are compared.", at_least=0)
    n_personas: int = column("Personas compared on them.", at_least=0)
    n_texts: int = column("Texts compared, repetitions included.", at_least=0)
    n_cells: int = column("Persona × prompt with repetitions, of which the effect is the mean.", at_least=0)
    between_personas: float | None = column(
        "Mean distance between texts for different personas on the same prompt; of the cells with repetitions, where "
        "there are some.",
        at_least=0,
        at_most=1,
    )
    between_draws: float | None = column(
        "Mean distance between draws for the same persona and prompt: run-to-run noise.", at_least=0, at_most=1
    )
    effect: float | None = column(
        "between_personas − between_draws: what the persona adds to noise.", at_least=-1, at_most=1
    )
    low: float | None = column("Lower end of the effect's interval.", at_least=-1, at_most=1)
    high: float | None = column("Upper end of the interval.", at_least=-1, at_most=1)
    confidence: float = column("Confidence of the interval, a bootstrap over personas.", at_least=0, at_most=1)
    reason: str | None = column("Why a value is null, or says little; null otherwise.")
    simulated: bool = column("True when any text compared is a simulated model's.")
    seed: int = column("The seed of the bootstrap.")


DIVERSITY = table(
    "feedback",
    "diversity",
    columns_of(Diversity),
    key=("part", "measure"),
    description="Whether critiques and revisions differ between personas on the same prompt by more than between draws "
    "for the same persona.",
)
