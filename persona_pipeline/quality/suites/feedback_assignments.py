import pandas as pd

from persona_pipeline.quality.rules import References, row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.feedback import ASSIGNMENTS


def _as_many_as_others(rows: pd.DataFrame, _: References) -> pd.Series:
    core = rows.groupby("persona_id")["core"].transform("sum")
    return core == core.max()


SUITES.register(
    ASSIGNMENTS.path,
    lambda _: [
        row_rule(
            "unseen_prompts_are_for_testing",
            "A pair on a held-out prompt is never one to train on.",
            lambda rows, _: (rows["question_type"] == "seen") | (rows["data"] == "test"),
        ),
        row_rule(
            "all_answer_the_core",
            "Every persona has as many core pairs as every other.",
            _as_many_as_others,
            across_rows=True,
            sql="persona_id IN (SELECT persona_id FROM candidate GROUP BY persona_id HAVING count(*) FILTER (core) < "
            "(SELECT max(n) FROM (SELECT count(*) FILTER (core) AS n FROM candidate GROUP BY persona_id)))",
        ),
    ],
)
