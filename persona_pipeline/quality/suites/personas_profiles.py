import pandas as pd

from persona_pipeline.personas.psychometrics import group_norms, outside_norms
from persona_pipeline.quality.facts import census_facts_unchanged, dictionary_labels, nulls_have_reasons
from persona_pipeline.quality.rules import row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES, PROFILES, WRITTEN_ATTRIBUTES

DRAWN = tuple(name for name in ATTRIBUTE_NAMES if name not in WRITTEN_ATTRIBUTES)
SUITES.register(
    PROFILES.path,
    lambda _: [
        nulls_have_reasons(DRAWN),
        dictionary_labels(),
        census_facts_unchanged(),
        row_rule(
            "big_five_within_norms",
            "Means and correlations of the Big Five scores lie within sampling error of the published norms.",
            lambda rows, _: pd.Series(not outside_norms(rows, group_norms()), index=rows.index, dtype=bool),
            severity="warn",
        ),
    ],
)
