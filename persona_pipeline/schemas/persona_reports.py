"""Reports on all personas: how near the census, how well drawn, how rare, and whether their texts lean."""

from typing import Literal

from persona_pipeline.schemas.fields import Row, column, columns_of
from persona_pipeline.schemas.tables import table


class MadeUp(Row):
    """How far a figure is about invented people."""

    synthetic: bool = column("True when any persona counted is of the embedded synthetic extract.")
    simulated: bool = column("True when a simulated model had a part in any persona counted.")


class Fidelity(MadeUp):
    attribute: str = column("A census attribute of the persona.")
    n_personas: int = column("Personas compared.", at_least=0)
    n_levels: int = column("Levels of the attribute in the census population (bands, for age and income).", at_least=0)
    total_variation: float = column(
        "Half the sum of absolute differences between the shares of personas and of the weighted population.",
        at_least=0,
        at_most=1,
    )
    expected_total_variation: float = column(
        "What simple random sampling of as many people would give on average: Σ √(p(1−p)·2/(π·n)) / 2.", at_least=0
    )
    census_total_variation: float = column(
        "The census's own sampling error in the same unit: how far its shares lie from the truth on average, "
        "Σ standard error · √(2/π) / 2.",
        at_least=0,
    )
    census_error_from: Literal["replicate weights", "effective records"] = column(
        "Where the census's standard errors come from: census.margins, or √(p(1−p)/n) with n = (Σw)²/Σw² records."
    )
    largest_difference: float = column("The largest absolute difference of one level's shares.", at_least=0, at_most=1)
    largest_level: str = column("The level with the largest difference.")
    chi_square: float | None = column("Pearson's statistic of personas against the weighted shares.", at_least=0)
    degrees_of_freedom: int = column("Levels compared, less one.", at_least=0)
    n_pooled: int = column("Levels with fewer than 5 personas expected, counted together as one.", at_least=0)
    p_value: float | None = column(
        "Chance of a statistic as large under sampling from the shares.", at_least=0, at_most=1
    )
    corrected_p: float | None = column(
        "The same, corrected over all attributes by Holm's method.", at_least=0, at_most=1
    )
    untested_because: str | None = column("Why there is no test; null when there is one.")
    label_drift: int = column("Personas whose value differs from their census record; always 0 here.", at_least=0)


FIDELITY = table(
    "personas",
    "fidelity",
    columns_of(Fidelity),
    key=("attribute",),
    description="How close the personas are to the weighted census population, attribute by attribute.",
)


class Calibration(MadeUp):
    attribute: str = column("An attribute that a draw can be controlled by: `state` or a census attribute.")
    method: Literal["by_weight", "stratified", "raked"] = column("How people were drawn.")
    controlled: bool = column("True when the draw held this attribute to its target.")
    n_personas: int = column("Personas counted.", at_least=1)
    n_levels: int = column("Levels with a share above 0 in the target.", at_least=1)
    mean_margin_error: float = column(
        "Mean absolute difference of a level's share from its target: the census's, or the raked one.",
        at_least=0,
        at_most=1,
    )
    largest_margin_error: float = column("The largest of them.", at_least=0, at_most=1)
    largest_level: str = column("The level it belongs to.")
    design_effect: float = column(
        "Kish's 1 + cv² of the weights with which the personas would stand for the census population again; the same "
        "in every row, and 1 when everybody was drawn by survey weight alone.",
        source="Kish 1965, Survey Sampling",
        at_least=1,
    )
    effective_sample_size: float = column(
        "n_personas / design_effect: how many drawn by weight alone are worth as much.", unit="personas", at_least=0
    )


CALIBRATION = table(
    "personas",
    "calibration",
    columns_of(Calibration),
    key=("attribute",),
    description="How well the draw met its targets, attribute by attribute, and what its weights cost in precision.",
)


class Association(MadeUp):
    attribute_1: str = column("A census attribute.")
    attribute_2: str = column("A later one.")
    n_personas: int = column("Personas counted.", at_least=0)
    levels_1: int = column("Levels of the first; those with fewer than 5 personas expected are one.", at_least=1)
    levels_2: int = column("Levels of the second, likewise.", at_least=1)
    personas: float | None = column(
        "Cramér's V among personas; null when an attribute has one level.", at_least=0, at_most=1
    )
    population: float | None = column("Cramér's V in the weighted population.", at_least=0, at_most=1)
    difference: float | None = column("Personas less population.", at_least=-1, at_most=1)
    reason: str | None = column("Why a value is null; null otherwise.")


ASSOCIATIONS = table(
    "personas",
    "associations",
    columns_of(Association),
    key=("attribute_1", "attribute_2"),
    description="Cramér's V of every pair of census attributes, corrected for bias (Bergsma 2013), in personas and "
    "population: whether what goes together in the census goes together in the personas.",
)

QUASI_IDENTIFIERS: tuple[str, ...] = ("age", "sex", "race", "state", "occupation_category")


class Rarity(MadeUp):
    persona_id: str = column("The persona.")
    personas_alike: int = column(
        "Personas with the same age band, sex, race, state and occupation, this one included: its k.", at_least=1
    )
    records_alike: int = column("Census records in the file with the same combination.", at_least=0)
    people_alike: int = column("People whom these records stand for.", unit="people", at_least=0)
    same_record: int = column("Personas made from the same census record, this one included.", at_least=1)
    nearest_persona_id: str | None = column(
        "The other persona that shares most census attributes, the first of several by id; null for a single one."
    )
    nearest_shared: int | None = column(
        "How many census attributes the two share, age and income by bands; all of them: a duplicate.", at_least=0
    )


RARITY = table(
    "personas",
    "rarity",
    columns_of(Rarity),
    key=("persona_id",),
    description="How rare each persona's combination of age band, sex, race, state and occupation is, among personas, "
    "census records and people (k-anonymity), and how near its nearest other persona comes.",
)


class Drift(MadeUp):
    measure: str = column(
        "sentiment: positive less negative words; ideology: right-coded less left-coded words (both by the project's "
        "own short word lists, personas/data/); length: words."
    )
    against: Literal["demographics_only", "cues"] = column(
        "What the model's texts are compared with, persona by persona: the lines of the persona without them, or the "
        "curated cues they started from."
    )
    unit: str = column("Unit of the figures.")
    n_personas: int = column("Personas with written attributes.", at_least=0)
    control: float | None = column("Mean of what is compared with.")
    written: float | None = column("Mean of the texts that the model wrote.")
    shift: float | None = column("written − control; null with fewer than 30 personas.")
    low: float | None = column("Lower end of the shift's 95 % interval, from the personas' own differences.")
    high: float | None = column("Upper end of the interval.")
    reason: str | None = column("Why figures are null; null otherwise.")


DRIFT = table(
    "personas",
    "drift",
    columns_of(Drift),
    key=("measure", "against"),
    description="Whether what a model wrote leans in sentiment, ideology or length, against the demographics-only "
    "control arm and against the cues. Word lists see words, not meaning: a hint, not a measurement of views.",
)
