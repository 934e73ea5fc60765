"""From opening prompts to those that people would answer differently, and their topics."""

from collections.abc import Sequence

from persona_pipeline.report import plots
from persona_pipeline.report.blocks import SHARE_AXIS, Column, Fact, Facts, Figure, Grid, Picture, Section, estimate
from persona_pipeline.report.queries import Answer, Query
from persona_pipeline.report.sections import SECTIONS
from persona_pipeline.report.topics import shown_topics

FUNNEL = Query(
    "funnel",
    "How many candidates did each step drop, and how many were left?",
    """WITH steps AS (
  SELECT coalesce(rule, CASE WHEN status = 'ok' OR kept THEN 'the model''s verdict' ELSE 'no usable verdict' END)
       AS step,
         rule IS NULL AS by_model, count(*) AS dropped
  FROM prompts.decisions WHERE NOT kept GROUP BY ALL),
ordered AS (
  SELECT step, dropped, row_number() OVER (ORDER BY by_model, dropped DESC, step) AS place FROM steps
  UNION ALL SELECT 'candidates', 0, 0)
SELECT place, step, dropped, n - sum(dropped) OVER (ORDER BY place) AS left_over,
       (n - sum(dropped) OVER (ORDER BY place)) / nullif(n, 0) AS left_share
FROM ordered, (SELECT count(*) AS n FROM prompts.decisions) ORDER BY place""",
)
SOURCES = Query(
    "prompt-sources",
    "Where are the prompts from, and under which licence?",
    """SELECT c.source, c.licence, count(*) AS candidates, count(p.prompt_id) AS kept
FROM prompts.candidates c LEFT JOIN prompts.prompts p USING (prompt_id)
GROUP BY c.source, c.licence ORDER BY candidates DESC, c.source, c.licence""",
)
SPLITS = Query(
    "prompt-splits",
    "How many prompts are in which split?",
    """SELECT count(*) FILTER (split = 'train') AS train, count(*) FILTER (split = 'held_out') AS held_out,
       count(DISTINCT topic) AS topics
FROM prompts.prompts""",
)
TOPICS = Query(
    "topics",
    "What are the prompts about, and do both splits have every topic?",
    """SELECT topic, name, terms, prompts, share, train, held_out, split_deviation, reason, example, simulated
FROM prompts.topics ORDER BY prompts DESC, topic""",
)
CLASSIFIER = Query(
    "classifier-quality",
    "How well does the model sort prompts that were labelled by hand?",
    """SELECT model, subset, metric, value, low, high, reason, n_prompts, n_unscored
FROM prompts.classifier_quality ORDER BY model, subset, metric""",
)


def _distribution(answer: Answer) -> Sequence[Picture]:
    """Bars of each topic's share of both splits, the largest first; the smallest topics as one."""
    topics = answer.frame()
    shown = shown_topics(topics.assign(name=topics["name"].fillna(topics["terms"])))
    sums = {split: max(float(shown[split].sum()), 1.0) for split in ("train", "held_out")}
    pairs = [
        plots.Pair(label, float(train) / sums["train"], float(held_out) / sums["held_out"])
        for label, train, held_out in zip(shown["label"], shown["train"], shown["held_out"], strict=True)
    ]
    told = "; ".join(f"{pair.label}: {pair.first:.0%} and {pair.second:.0%}" for pair in pairs)
    drawing = plots.bars(pairs, alternative=f"Topics, train and held out. {told}", width=640, labels=230)
    return (Picture(plots.key("train", "held out") + drawing),)


SECTIONS.register(
    "prompts",
    Section(
        name="prompts",
        order=30,
        title="Prompts",
        lead="Opening prompts pass rules first, then a model says which of them people of different kinds would want "
        "answered differently. Every candidate that was dropped is still there, with the reason.",
        paper="section 3.2, figure 3",
        blocks=(
            Facts(
                (
                    Fact(SPLITS, "train", "train prompts"),
                    Fact(SPLITS, "held_out", "held out"),
                    Fact(SPLITS, "topics", "topics"),
                )
            ),
            Grid(
                FUNNEL,
                "The funnel",
                (
                    Column("step", "step"),
                    Column("dropped", "dropped", "count"),
                    Column("left_over", "left", "count"),
                    Column("left_share", "of all candidates", "share", plot=SHARE_AXIS),
                ),
                "A candidate is counted under the first rule that drops it; rules come before the model.",
            ),
            Grid(
                SOURCES,
                "Sources",
                (
                    Column("source", "source"),
                    Column("licence", "licence"),
                    Column("candidates", "candidates", "count"),
                    Column("kept", "kept", "count"),
                ),
            ),
            Figure(
                TOPICS,
                "Topics in both splits",
                _distribution,
                "Unit: per cent of each split's prompts. Both splits should look alike.",
                caption="Figure 3",
            ),
            Grid(
                TOPICS,
                "Topics",
                (
                    Column("name", "topic", why="reason"),
                    Column("terms", "terms that weigh most"),
                    Column("prompts", "prompts", "count"),
                    Column("share", "share", "share"),
                    Column("train", "train", "count"),
                    Column("held_out", "held out", "count"),
                    Column("split_deviation", "deviation", "signed"),
                ),
                "Deviation: the topic's share of the held-out prompts less its share of the train prompts.",
            ),
            Grid(
                CLASSIFIER,
                "The model's verdicts beside labels by hand",
                (
                    Column("metric", "measure"),
                    Column("model", "model"),
                    Column("subset", "labelled prompts"),
                    estimate("value", "value"),
                    Column("n_prompts", "prompts", "count"),
                    Column("n_unscored", "without a verdict", "count"),
                ),
                "95 % intervals. Clear and hard: what the person who labelled them found.",
            ),
        ),
    ),
)
