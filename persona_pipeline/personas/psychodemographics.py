"""Religion, party leaning, ideology, core values and cues, drawn for each person from published or curated lists.

Surveys publish shares by age and by race, seldom by both. Where both are known they are combined as if age and race
were independent given the answer: P(answer | age, race) ∝ P(answer | age) · P(answer | race) / P(answer).
"""

import numpy as np
import pandas as pd

from persona_pipeline.personas.data import curated, published
from persona_pipeline.seeds import uniform_for

PARENT_AGE = 40  # a child's religion is drawn as that of an adult of this age, as its household's would be
CHILD = "asked of adults only: under 18 years"
NOT_ANSWERS = ("by", "group", "from_age", "confirmed", "confirmed_by")
CUES = {"quirk_cue": "quirks", "mannerism_cue": "mannerisms", "personal_time_cue": "pastimes"}


def psychodemographics(people: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """religion, political_views, ideology, core_values and the cues, on the index of `people`.

    Each person's draws depend on nothing but seed, id, age, race and ancestry. Adults answer as adults of their age
    and race (or Hispanic origin) do; a child has its household's religion, and no ideology or party leaning.

    Args:
        people: persona_id, age, adult, race, ancestry.
    """
    ids, adult = people["persona_id"], people["adult"].to_numpy(dtype=bool)
    age, group = people["age"].to_numpy(dtype=int), race_group(people)
    party = _drawn("political_views", _by_age_and_race("political_views", age, group), ids, seed)
    found = {
        "religion": _drawn(
            "religion", _by_age_and_race("religion", np.where(adult, age, PARENT_AGE), group), ids, seed
        ),
        "political_views": party.where(adult, None),
        "ideology": _drawn("ideology", _by_party(party), ids, seed).where(adult, None),
        "core_values": _two_values(ids, age, seed),
        **{column: _cue(name, ids, age, seed) for column, name in CUES.items()},
    }
    return pd.DataFrame(found, index=people.index)


def race_group(people: pd.DataFrame) -> pd.Series:
    """White, Black, Asian, Hispanic, or `all` where surveys publish no figures for the person's group."""
    table = published("race_groups")
    by = {a: dict(zip(part["label"], part["group"], strict=True)) for a, part in table.groupby("attribute")}
    from_ancestry = people["ancestry"].map(by["ancestry"]).astype(object)
    return from_ancestry.fillna(people["race"].map(by["race"]).astype(object)).fillna("all")


def answers(name: str) -> list[str]:
    """The answers that a published table gives shares of."""
    return [str(column) for column in published(name).columns if column not in NOT_ANSWERS]


def shares(name: str, by: str) -> pd.DataFrame:
    """Shares of the answers, one row for each group of `by` ("all", "age", "race" …), scaled to sum to 1."""
    table = published(name)
    rows = table[table["by"] == by].set_index("group")[answers(name)].astype(float)
    return rows.div(rows.sum(axis=1), axis=0)


def _by_age_and_race(name: str, age: np.ndarray, group: pd.Series) -> np.ndarray:
    """Each person's chance of each answer; shape people × answers."""
    overall = shares(name, "all")
    by_race = pd.concat([overall, shares(name, "race")]).loc[group].to_numpy()
    return _normalised(_by_age(name, age) * by_race / overall.to_numpy())


def _by_age(name: str, age: np.ndarray) -> np.ndarray:
    table = published(name)
    starts = table.loc[table["by"] == "age", "from_age"].to_numpy(dtype=float)
    places = np.maximum(np.searchsorted(starts, age, side="right") - 1, 0)
    return np.asarray(shares(name, "age").to_numpy()[places])


def _by_party(party: pd.Series) -> np.ndarray:
    """Chances of each ideology given the party leaning, raked to the totals of both tables."""
    parties = answers("political_views")
    wanted_party = shares("political_views", "all").to_numpy()[0]
    wanted_ideology = shares("ideology", "all").to_numpy()[0]
    table = shares("ideology", "political_views").loc[parties].to_numpy() * wanted_party[:, None]
    for _ in range(50):  # converges to 1e-12 in about 20
        table *= wanted_ideology / table.sum(axis=0)
        table *= (wanted_party / table.sum(axis=1))[:, None]
    return np.asarray(pd.DataFrame(_normalised(table), index=parties).loc[party].to_numpy())


def _drawn(name: str, chances: np.ndarray, ids: pd.Series, seed: int) -> pd.Series:
    """One answer per person by its chances, from the person's own number between 0 and 1."""
    reached = np.cumsum(chances, axis=1)
    reached[:, -1] = 1.0
    places = (uniform_for(seed, ids, "psychodemographics", name)[:, None] >= reached).sum(axis=1)
    return pd.Series(np.array(answers(name), dtype=object)[places], index=ids.index, dtype=object)


def _cue(name: str, ids: pd.Series, age: np.ndarray, seed: int) -> pd.Series:
    """An entry of a curated list that suits the person's age, all with the same chance."""
    entries = curated(name)
    places = uniform_for(seed, ids, "psychodemographics", name) * entries.suiting(age)
    return pd.Series(entries.texts[places.astype(int)], index=ids.index, dtype=object)


def _two_values(ids: pd.Series, age: np.ndarray, seed: int) -> pd.Series:
    """Two different core values that suit the person's age, as `first; second`."""
    entries = curated("core_values")
    known = entries.suiting(age)
    first = (uniform_for(seed, ids, "psychodemographics", "core_values") * known).astype(int)
    further = 1 + (uniform_for(seed, ids, "psychodemographics", "core_values", 2) * (known - 1)).astype(int)
    texts = entries.texts[first] + "; " + entries.texts[(first + further) % known]
    return pd.Series(texts, index=ids.index, dtype=object)


def _normalised(table: np.ndarray) -> np.ndarray:
    scaled: np.ndarray = table / table.sum(axis=1, keepdims=True)
    return scaled
