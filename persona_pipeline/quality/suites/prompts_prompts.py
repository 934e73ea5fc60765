import pandas as pd

from persona_pipeline.quality.rules import References, row_rule
from persona_pipeline.quality.suites import SUITES
from persona_pipeline.schemas.prompt import PROMPTS

MOST_PLACES_OFF = 1.5  # largest remainder: less than one by each topic, half of one by rounding the whole


def _even_over_topics(rows: pd.DataFrame, _: References) -> pd.Series:
    held_out = rows["split"] == "held_out"
    size = held_out.groupby(rows["topic"]).transform("size")
    own = held_out.groupby(rows["topic"]).transform("sum")
    return (own - size * held_out.mean()).abs() <= MOST_PLACES_OFF


SUITES.register(
    PROMPTS.path,
    lambda _: [
        row_rule(
            "the_split_is_even_over_topics",
            "Each topic gives the held-out split its share of the prompts, within one and a half prompts.",
            _even_over_topics,
            across_rows=True,
            sql="topic IN (SELECT topic FROM candidate GROUP BY topic HAVING NOT "
            "abs(count(*) FILTER (split = 'held_out') "
            "- count(*) * (SELECT avg((split = 'held_out')::INT) FROM candidate)) "
            f"<= {MOST_PLACES_OFF})",
        ),
        row_rule(
            "a_topic_has_its_terms",
            "All prompts of a topic carry the same terms.",
            lambda rows, _: rows.groupby("topic")["topic_terms"].transform("nunique") == 1,
            across_rows=True,
            sql="topic IN (SELECT topic FROM candidate GROUP BY topic HAVING count(DISTINCT topic_terms) <> 1)",
        ),
    ],
)
