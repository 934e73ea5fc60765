"""Preference pairs: how many, what was lost, and how good they are."""

from persona_pipeline.report.blocks import Column, Fact, Facts, Grid, Scale, Section, estimate
from persona_pipeline.report.queries import Query
from persona_pipeline.report.sections import SECTIONS

IN_ALL = Query(
    "pairs-in-all",
    "How many pairs came of the assignments, and whose are they?",
    """SELECT (SELECT count(*) FROM feedback.assignments) AS assigned, count(*) AS pairs,
       count(DISTINCT persona_id) AS personas, count(DISTINCT prompt_id) AS prompts
FROM feedback.preference_pairs""",
)
LOST = Query(
    "pairs-lost",
    "What became of each assignment, from base answer to pair?",
    """SELECT CASE
         WHEN p.pair_id IS NOT NULL THEN 'a pair'
         WHEN b.status <> 'ok' THEN 'no base answer: ' || b.status
         WHEN c.status <> 'ok' THEN 'no critique: ' || c.status
         WHEN r.status <> 'ok' THEN 'no revision: ' || r.status
         WHEN q.dropped_by IS NOT NULL THEN 'dropped by ' || split_part(q.dropped_by, ',', 1)
         ELSE 'not made yet' END AS outcome,
       count(*) AS n, count(*) / sum(count(*)) OVER () AS share
FROM feedback.assignments a
LEFT JOIN feedback.preference_pairs p USING (pair_id)
LEFT JOIN feedback.base_responses b USING (base_id)
LEFT JOIN feedback.critiques c USING (pair_id)
LEFT JOIN feedback.revisions r USING (pair_id)
LEFT JOIN feedback.pair_quality q USING (pair_id)
GROUP BY outcome ORDER BY n DESC, outcome""",
)
SPLITS = Query(
    "pairs-by-split",
    "How many pairs does each split have?",
    """SELECT persona_split, question_type, data, count(*) AS pairs, count(DISTINCT persona_id) AS personas,
       count(*) FILTER (core) AS core
FROM feedback.preference_pairs GROUP BY ALL ORDER BY persona_split, question_type, data""",
)
QUALITY = Query(
    "pair-quality",
    "What do the rules of pair quality say?",
    """SELECT verdict, coalesce(dropped_by, flagged_by, '') AS rules, count(*) AS pairs,
       avg(words_chosen) AS words_chosen, avg(words_rejected) AS words_rejected, avg(similarity) AS similarity
FROM feedback.pair_quality GROUP BY ALL ORDER BY verdict, rules""",
)
JUDGE = Query(
    "judge-agreement",
    "How often does a judge who plays the persona choose the revision?",
    """SELECT grouping, level, judge, n_judged, n_usable, value, low, high, reason, paper_value
FROM feedback.judge_agreement WHERE grouping <> 'topic' AND measure = 'prefers_revision'
ORDER BY judge, grouping, level""",
)
SIDES = Query(
    "judge-sides",
    "Has the judge a favourite side?",
    """SELECT judge, n_usable, value, low, high, reason
FROM feedback.judge_agreement WHERE measure = 'side_difference' ORDER BY judge""",
)
DIVERSITY = Query(
    "diversity",
    "Do texts for different personas differ by more than draws for the same one?",
    """SELECT part, measure, n_prompts, n_personas, between_personas, between_draws, effect, low, high, reason
FROM feedback.diversity ORDER BY part, measure""",
)
INDEPENDENCE = Query(
    "independence",
    "Does a prompt's topic tell anything of the persona it was given to?",
    """SELECT attribute, n_pairs, mutual_information, expected_by_chance, corrected_p, verdict, untested_because
FROM feedback.independence ORDER BY corrected_p NULLS LAST, attribute""",
)

SECTIONS.register(
    "pairs",
    Section(
        name="pairs",
        order=40,
        title="Preference pairs",
        lead="A model answers a question, criticises the answer in a persona's place and revises it. The pair is the "
        "revision over the first answer. A pair is good if it differs in more than length, if a judge playing the "
        "persona prefers the revision, and if personas differ by more than noise.",
        paper="section 3.2",
        blocks=(
            Facts(
                (
                    Fact(IN_ALL, "assigned", "assigned"),
                    Fact(IN_ALL, "pairs", "pairs"),
                    Fact(IN_ALL, "personas", "personas in them"),
                    Fact(IN_ALL, "prompts", "prompts in them"),
                )
            ),
            Grid(
                LOST,
                "What became of the assignments",
                (Column("outcome", "outcome"), Column("n", "assignments", "count"), Column("share", "share", "share")),
                "In = out + lost: each assignment is in one row.",
            ),
            Grid(
                SPLITS,
                "Splits",
                (
                    Column("persona_split", "personas"),
                    Column("question_type", "prompts"),
                    Column("data", "use"),
                    Column("pairs", "pairs", "count"),
                    Column("personas", "personas", "count"),
                    Column("core", "on the core block", "count"),
                ),
                "Seen prompts are of the train split. The core block is answered by every persona.",
            ),
            Grid(
                QUALITY,
                "Rules of pair quality",
                (
                    Column("verdict", "verdict"),
                    Column("rules", "rules"),
                    Column("pairs", "pairs", "count"),
                    Column("words_chosen", "words, revision", "mean"),
                    Column("words_rejected", "words, first answer", "mean"),
                    Column("similarity", "in common", "share"),
                ),
                "Means. In common: neighbouring words that both answers have (Jaccard).",
            ),
            Grid(
                JUDGE,
                "A judge who plays the persona",
                (
                    Column("level", "group"),
                    Column("judge", "judge"),
                    Column("n_usable", "judged", "count"),
                    estimate("value", "prefers the revision", plot=Scale(0, 1, mark="paper_value", unit="share")),
                    Column("paper_value", "in the paper", "share"),
                ),
                "95 % intervals over personas. A and B: the side that the revision stood on. Tick: what the paper "
                "prints.",
            ),
            Grid(
                SIDES,
                "Whether the judge has a favourite side",
                (
                    Column("judge", "judge"),
                    Column("n_usable", "judged", "count"),
                    estimate("value", "difference between sides", "signed", None),
                ),
                "The share that chooses the revision when it is A, less that when it is B; 0 for a judge without a "
                "favourite side. 95 % interval over personas.",
            ),
            Grid(
                DIVERSITY,
                "Whether personas differ by more than noise",
                (
                    Column("part", "texts"),
                    Column("measure", "distance"),
                    Column("n_prompts", "prompts", "count"),
                    Column("n_personas", "personas", "count"),
                    Column("between_personas", "between personas", "decimal"),
                    Column("between_draws", "between draws", "decimal"),
                    estimate("effect", "difference", "signed", None),
                ),
                "Distances from 0 (the same) to 1 (nothing in common), on the core prompts; 95 % interval over "
                "personas. An interval above 0: a persona adds something to run-to-run noise.",
            ),
            Grid(
                INDEPENDENCE,
                "Whether topics tell of personas",
                (
                    Column("attribute", "attribute"),
                    Column("n_pairs", "pairs", "count"),
                    Column("mutual_information", "information (bits)", "decimal"),
                    Column("expected_by_chance", "by chance (bits)", "decimal"),
                    Column("corrected_p", "Holm p", "p", why="untested_because"),
                    Column("verdict", "verdict"),
                ),
                "They must not, or topic and demographics could not be told apart.",
            ),
        ),
    ),
)
