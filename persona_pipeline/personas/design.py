"""How people are drawn: by weight, in strata, or by weights raked to given margins."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

import pandas as pd

from persona_pipeline.errors import ConfigError
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES
from persona_pipeline.schemas.population import KeptPopulation, Population

Method = Literal["by_weight", "stratified", "raked"]
WHERE = "personas.profiles"


@dataclass(frozen=True)
class Design:
    """What decides who is drawn.

    Args:
        method: by_weight; stratified: as many from each stratum as its share of the weights; raked: by weights that
            were fitted to `margins`.
        strata: attributes, of census.population or `state`; age and income count by bands.
        margins: attribute → level → share. Levels that are not named share what is left to 1 as in the census.
        include_minors: whether people under 18 are drawn.
    """

    method: Method = "by_weight"
    strata: Sequence[str] = ()
    margins: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    include_minors: bool = True

    def __post_init__(self) -> None:
        wanted = {"by_weight": (), "stratified": ("strata",), "raked": ("margins",)}[self.method]
        given = tuple(name for name in ("strata", "margins") if getattr(self, name))
        if given != wanted:
            raise ConfigError(
                f"the method {self.method} was given {', '.join(given) or 'nothing'}",
                where=f"{WHERE}, method",
                expected="strata with stratified, margins with raked, and neither with by_weight",
            )
        unknown = [name for name in (*self.strata, *self.margins) if name not in CONTROLS]
        if unknown:
            raise ConfigError(
                f"there is no attribute '{unknown[0]}' to draw by",
                where=f"{WHERE}, {given[0]}",
                expected=f"one of: {', '.join(CONTROLS)}",
            )

    @property
    def controlled(self) -> tuple[str, ...]:
        """The attributes that the design holds to a target of its own."""
        return (*self.strata, *self.margins)

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def of(cls, profiles: pd.DataFrame) -> "Design":
        """The design that rows of personas.profiles were drawn by."""
        return cls(**json.loads(profiles["sampling"].iloc[0]))

    def drawable(self, population: Population) -> Population:
        """The part of the population that can be drawn: everybody with a weight, or the adults among them."""
        if not isinstance(population, pd.DataFrame):
            return _Drawable(population, self)
        wanted = population["weight"].fillna(0) > 0
        if not self.include_minors:
            wanted &= population["adult"]
        return population if wanted.all() else population[wanted]


@dataclass(frozen=True)
class _Drawable:
    """Those of a kept population who can be drawn."""

    whole: KeptPopulation
    design: Design

    def parts(self, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
        for part in self.whole.parts([*dict.fromkeys([*columns, "weight", "adult"])]):
            yield self._of(part)[list(columns)]

    def records(self, person_ids: Collection[str]) -> pd.DataFrame:
        return self._of(self.whole.records(person_ids))

    def _of(self, part: pd.DataFrame) -> pd.DataFrame:
        found = self.design.drawable(part)
        assert isinstance(found, pd.DataFrame)
        return found


CONTROLS: tuple[str, ...] = ("state", *CENSUS_ATTRIBUTES)
