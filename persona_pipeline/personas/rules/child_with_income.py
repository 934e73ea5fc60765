"""An income under 15, the age from which the census asks for one."""

import pandas as pd

from persona_pipeline.personas.rules import RULES, Rule


def contradicts(profiles: pd.DataFrame) -> pd.Series:
    return (profiles["age"] < 15) & profiles["income"].notna()


RULES.register(
    "child_with_income",
    Rule(
        "The census records no income under the age of 15.",
        contradicts,
        example={"age": 9, "income": 24000},
    ),
)
