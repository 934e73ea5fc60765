"""SQL for the shares of every level, among personas and in the census: what figures 2 and 13 draw."""

from persona_pipeline.schemas.levels import BANDS, NO_REASON, level_order
from persona_pipeline.schemas.persona import CENSUS_ATTRIBUTES
from persona_pipeline.schemas.staged import literal


def sql() -> str:
    """One row per census attribute and level, bands in their order and other levels by falling share."""
    return f"""WITH texts AS (
  SELECT not_applicable,
    {_indented(",", [f"{_level(name)} AS {name}" for name in CENSUS_ATTRIBUTES])}
  FROM personas.personas),
long AS (
  SELECT * FROM texts UNPIVOT INCLUDE NULLS (level FOR attribute IN ({", ".join(CENSUS_ATTRIBUTES)}))),
made AS (
  SELECT attribute, coalesce(level, not_applicable ->> ('$.' || attribute), {literal(NO_REASON)}) AS level,
    count(*) AS n
  FROM long GROUP BY ALL),
census AS (
  SELECT attribute, level, sum(weight) AS weight FROM census.margins GROUP BY ALL)
SELECT attribute, level,
  coalesce(n, 0) / sum(n) OVER (PARTITION BY attribute) AS personas,
  coalesce(weight, 0) / sum(weight) OVER (PARTITION BY attribute) AS population,
  (SELECT count(*) FROM personas.personas) AS n_personas,
  (SELECT string_agg(DISTINCT vintage, ', ' ORDER BY vintage) FROM census.margins) AS vintages,
  (SELECT bool_or(synthetic) FROM census.margins) AS synthetic
FROM made FULL JOIN census USING (attribute, level)
ORDER BY attribute, {_band_order()}, population DESC, level"""


def _indented(separator: str, parts: list[str]) -> str:
    return f"{separator}\n    ".join(parts)


def _level(attribute: str) -> str:
    """A value as text, or its band."""
    if attribute not in BANDS:
        return f"{attribute}::VARCHAR"
    lower_ends, names = BANDS[attribute]
    whens = [f"WHEN {attribute} < {end} THEN {literal(name)}" for end, name in zip(lower_ends, names, strict=False)]
    return f"CASE WHEN {attribute} IS NULL THEN NULL {' '.join(whens)} ELSE {literal(names[-1])} END"


def _band_order() -> str:
    """Where a band stands among its attribute's; the same for all that are no bands."""
    bands = [band for attribute in BANDS for band in level_order(attribute)]
    return f"list_position([{', '.join(literal(band) for band in bands)}], level)"
