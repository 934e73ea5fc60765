"""Rules that several suites share: what holds for every table of people, and for every table of answers."""

from functools import cache

import numpy as np
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
        kinds, texts = pd.factorize(frame["not_applicable"])  # the same few reasons stand in many rows
        said = [reasons(text) for text in texts]
        named = np.array([[name in reason for name in attributes] for reason in said], dtype=bool)
        same = (absent == named[kinds]).all(axis=1) if len(frame) else []
        return pd.Series(same, index=frame.index, dtype=bool)

    return row_rule("nulls_have_reasons", "An attribute is null exactly when not_applicable says why.", holds)


def dictionary_labels() -> Rule:
    """Every census value is a label of its vintage's official dictionary."""

    def holds(frame: pd.DataFrame, _: References) -> pd.Series:
        good = pd.Series(True, index=frame.index)
        for vintage, rows in frame.groupby("vintage"):
            known = _labels(str(vintage))
            for name in LABELLED:
                good[rows.index] &= _all_known(rows[name], known[name])
        return good

    return row_rule(
        "dictionary_labels",
        "Census facts are labels of the vintage's official data dictionary, word for word.",
        holds,
        shows=_unknown_labels,
    )


LABELLED = tuple(a.name for a in ATTRIBUTES if a.origin == "census" and a.sql_type == "VARCHAR")


@cache
def _labels(vintage: str) -> dict[str, frozenset[str]]:
    return labels(vintage)


def _all_known(values: pd.Series, known: frozenset[str]) -> np.ndarray:
    """Whether each value is one of the known ones, or null; each distinct value is looked up once."""
    codes, distinct = pd.factorize(values)
    return np.asarray(np.array([*(value in known for value in distinct), True])[codes])


def _unknown_labels(rows: pd.DataFrame) -> str:
    """The first value of each column that is no label, such as "sex: 'Woman'"."""
    known = _labels(str(rows["vintage"].iloc[0]))
    wrong = {name: rows[name][~_all_known(rows[name], known[name])] for name in LABELLED}
    return ", ".join(f"{name}: {values.iloc[0]!r}" for name, values in wrong.items() if len(values))


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
