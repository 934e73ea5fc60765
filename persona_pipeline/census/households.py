"""What a household says of all its members: from the household file, else from its persons, else missing."""

from collections.abc import Iterator

import pandas as pd

from persona_pipeline.census.derive import DERIVATIONS, units
from persona_pipeline.census.not_applicable import NOT_IN_FILE, as_json
from persona_pipeline.census.vintages import Vintage
from persona_pipeline.schemas.census import HOUSEHOLDS
from persona_pipeline.seeds import content_id

Candidate = tuple[str, str, pd.Series]  # PUMS variable, origin, code by unit (empty: blank; null: not told)


def households(persons: pd.DataFrame, records: pd.DataFrame | None, vintage: Vintage) -> pd.DataFrame:
    """One row of census.households for each unit that persons live in; vacant units are left out.

    Where the file gives nothing, household type, language and presence of children are derived from the persons by the
    Census Bureau's definitions. What does not apply (group quarters, no family) is null with the dictionary's reason;
    what is neither given nor derivable is null because it is not in this file.

    Args:
        persons: rows of census.persons.
        records: the household records of at least these units; None where there are no household files.
    """
    members = units(persons, vintage)
    given = None if records is None else records.set_index("serialno").reindex(members.index)
    frame = pd.DataFrame({"serialno": members.index, "n_persons": members["n_persons"].to_numpy()})
    reasons = pd.DataFrame(index=frame.index)
    for attribute in vintage.household_variables:
        candidates = list(_candidates(attribute, members, given, vintage))
        decided = _decide(candidates, members.index, vintage)
        frame[attribute], frame[f"{attribute}_origin"] = decided["label"].to_numpy(), decided["origin"].to_numpy()
        frame[f"{attribute}_differs"] = _differs(candidates, members.index).to_numpy()
        reasons[attribute] = decided["reason"].to_numpy()
    frame["not_applicable"] = as_json(reasons)
    frame["vintage"] = vintage.name
    frame["synthetic"] = persons.groupby("serialno", sort=False)["synthetic"].any().to_numpy()
    frame["household_id"] = [content_id("household", vintage.name, serialno) for serialno in members.index]
    return HOUSEHOLDS.conform(frame)


def _candidates(
    attribute: str, members: pd.DataFrame, given: pd.DataFrame | None, vintage: Vintage
) -> Iterator[Candidate]:
    """What can give an attribute, best first: the file's best variable, the same derived, the file's other ones."""
    if not vintage.household_variables[attribute]:
        return
    best, *others = vintage.household_variables[attribute]
    if given is not None and best in given:
        yield best, "file", given[best]
    yield best, "derived", DERIVATIONS[best](members)
    for variable in others:
        if given is not None and variable in given:
            yield variable, "file", given[variable]


def _decide(candidates: list[Candidate], serials: pd.Index, vintage: Vintage) -> pd.DataFrame:
    """Label, origin and reason by unit, from the first candidate that tells."""
    book = vintage.book
    found = pd.DataFrame({"label": None, "origin": "missing", "reason": NOT_IN_FILE}, index=serials, dtype=object)
    for variable, origin, codes in reversed(candidates):
        told = codes.notna()
        found.loc[told, "label"] = codes[told].map(book.labels[variable])
        found.loc[told, "origin"] = origin
        found.loc[told, "reason"] = codes[told].map({"": book.blanks[variable]})
    return found


def _differs(candidates: list[Candidate], serials: pd.Index) -> pd.Series:
    """Whether file and persons tell different codes of the same variable; null for a unit of which not both tell."""
    nothing = pd.Series(None, index=serials, dtype=object)
    told = {(variable, origin): codes for variable, origin, codes in candidates}
    best = candidates[0][0] if candidates else ""
    file, derived = told.get((best, "file"), nothing), told.get((best, "derived"), nothing)
    return (file != derived).astype("boolean").mask(file.isna() | derived.isna())
