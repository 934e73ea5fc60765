"""Rules that several suites share: what holds for every table of people, and for every table of answers."""

import pandas as pd

from persona_pipeline.census.recode import labels
from persona_pipeline.personas.enrichment import NOT_A_TEXT
from persona_pipeline.quality.rules import References, Rule, row_rule
from persona_pipeline.schemas.census import POPULATION
from persona_pipeline.schemas.persona import (
    APPLIES_FROM_AGE,
    ATTRIBUTES,
    CENSUS_ATTRIBUTES,
    DRAWN_ATTRIBUTES,
    WRITTEN_ATTRIBUTES,
    reasons,
)


def nulls_have_reasons(attributes: tuple[str, ...]) -> Rule:
    """An attribute is null exactly when `not_applicable` says why."""

    def holds(frame: pd.DataFrame, _: References) -> pd.Series:
        absent = frame[list(attributes)].isna().to_numpy()
        said = [reasons(text) for text in frame["not_applicable"]]
        named = pd.DataFrame([[name in reason for name in attributes] for reason in said]).to_numpy()
        return pd.Series((absent == named).all(axis=1) if len(frame) else [], index=frame.index, dtype=bool)

    return row_rule("nulls_have_reasons", "An attribute is null exactly when not_applicable says why.", holds)


def dictionary_labels(frame: pd.DataFrame | None) -> list[Rule]:
    """Every census value is a label of its vintage's official dictionary.

    Args:
        frame: the candidate, whose vintages give the labels; None, or no rows, gives the check without levels.
    """
    vintages = [] if frame is None else sorted(frame["vintage"].dropna().unique())
    known = [labels(vintage) for vintage in vintages]
    texts = [
        attribute.name for attribute in ATTRIBUTES if attribute.origin == "census" and attribute.sql_type == "VARCHAR"
    ]
    return [
        Rule(
            "dictionary_labels",
            "Census facts are labels of the vintage's official data dictionary, word for word.",
            "ExpectColumnValuesToBeInSet",
            {"column": name, "value_set": sorted(set().union(*(each[name] for each in known)))},
        )
        for name in texts
    ]


def census_facts_unchanged() -> Rule:
    """Every census attribute equals that of the person in census.population."""

    def holds(frame: pd.DataFrame, references: References) -> pd.Series:
        facts = list(CENSUS_ATTRIBUTES)
        everybody = references[POPULATION.path]
        behind = everybody[everybody["person_id"].isin(frame["person_id"])]  # few of millions: index only these
        recorded = behind.set_index("person_id")[facts].reindex(frame["person_id"])
        same = [_same(frame[name], recorded[name]) for name in facts]
        known = frame["person_id"].isin(behind["person_id"])
        return known & pd.concat(same, axis=1).all(axis=1)

    return row_rule(
        "census_facts_unchanged",
        "Every census attribute is that of the person's record in census.population.",
        holds,
        needs=(POPULATION.path,),
    )


def nothing_before_its_age() -> Rule:
    """What does not apply to a child of that age is null (and so has its reason)."""

    def holds(frame: pd.DataFrame, _: References) -> pd.Series:
        too_young = [(frame["age"] < age) & frame[name].notna() for name, age in APPLIES_FROM_AGE.items()]
        return ~pd.concat(too_young, axis=1).any(axis=1)

    return row_rule("nothing_before_its_age", "What does not apply at a child's age is null.", holds)


def nulls_not_in_words() -> Rule:
    """No drawn or written attribute says that there is nothing to say: that is what null is for."""

    def holds(frame: pd.DataFrame, _: References) -> pd.Series:
        texts = frame[[*DRAWN_ATTRIBUTES, *WRITTEN_ATTRIBUTES]]
        return ~texts.apply(lambda column: column.str.fullmatch(NOT_A_TEXT).fillna(False).astype(bool)).any(axis=1)

    return row_rule("nulls_not_in_words", "No attribute spells out a null, such as 'Not applicable'.", holds)


def _same(ours: pd.Series, recorded: pd.Series) -> pd.Series:
    theirs = recorded.set_axis(ours.index)
    return ((ours == theirs).fillna(False) | (ours.isna() & theirs.isna())).astype(bool)


def text_exactly_when_usable(column: str) -> Rule:
    """A row has its text exactly when its status is ok."""
    return row_rule(
        "text_exactly_when_usable",
        "There is a text exactly when the row's status is ok.",
        lambda frame, _: frame[column].notna() == (frame["status"] == "ok"),
    )
