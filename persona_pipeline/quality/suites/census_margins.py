import pandas as pd

from persona_pipeline.quality.rules import References, Rule, row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.census import MARGINS


def error_or_reason() -> Rule:
    """A share has its standard errors, or the reason why it has none."""

    def holds(rows: pd.DataFrame, _: References) -> pd.Series:
        known = rows["se"].notna()
        return (known == rows["se_weight"].notna()) & (known == rows["se_reason"].isna())

    return row_rule("error_or_reason", "There are standard errors exactly when no reason is given.", holds)


def shares_sum_to_one(*of: str) -> Rule:
    """The shares of everything that has the same values in some columns add up to 1."""
    names = ", ".join(of)
    return row_rule(
        "shares_sum_to_one",
        "The shares of an attribute's levels add up to 1.",
        lambda rows, _: rows.groupby(list(of))["share"].transform("sum").sub(1).abs() < 1e-9,
        across_rows=True,
        sql=f"({names}) IN (SELECT ({names}) FROM candidate GROUP BY {names} HAVING NOT abs(sum(share) - 1) < 1e-9)",
    )


SUITES.register(MARGINS.path, lambda _: [shares_sum_to_one("vintage", "attribute"), error_or_reason()])
