"""How far raters agree: people among themselves, models with people, models among themselves."""

from persona_pipeline.report.blocks import SHARE_AXIS, Column, Fact, Facts, Figure, Grid, Scale, Section, estimate
from persona_pipeline.report.kappas import histograms, matrices
from persona_pipeline.report.queries import Query
from persona_pipeline.report.sections import SECTIONS

STUDY = Query(
    "study",
    "How large is the study?",
    """SELECT count(*) FILTER (kind = 'item') AS items, count(DISTINCT persona_id) AS personas,
       count(DISTINCT prompt_id) FILTER (kind = 'item') AS questions, max(raters_wanted) AS raters_wanted
FROM agreement.study_items""",
)
RATERS = Query(
    "raters",
    "Who rated, how much, and what does not count?",
    """SELECT rater_kind, source, simulated, count(DISTINCT rater_id) AS raters, count(*) AS ratings,
       count(*) FILTER (choice IS NULL) AS without_choice,
       count(*) FILTER (choice IS NOT NULL AND excluded_because IS NOT NULL) AS excluded,
       string_agg(DISTINCT excluded_because, '; ' ORDER BY excluded_because) AS excluded_because
FROM agreement.ratings GROUP BY rater_kind, source, simulated ORDER BY rater_kind, source, simulated""",
)
MAJORITIES = Query(
    "majorities",
    "On how many items do people have a majority, and how often for the revision?",
    """SELECT count(*) AS items, count(majority) AS with_majority,
       count(*) FILTER (n_a = n_b AND n_ratings > 0) AS tied,
       avg(prefers_revision::INT) AS prefers_revision,
       CASE WHEN count(majority) = 0 THEN 'no item has a majority' END AS reason
FROM agreement.majorities""",
)
GROUPS = "'all_humans', 'all_models', 'all_raters', 'humans_model', 'majority_model'"
OF = {
    "raw_agreement": "raw",
    "krippendorff_alpha": "alpha",
    "cohen_kappa": "kappa",
    "gwet_ac1": "ac1",
}
PIVOTED = ",\n       ".join(
    f"max({column}) FILTER (metric = '{metric}') AS {short}{'' if column == 'value' else '_' + column}"
    for metric, short in OF.items()
    for column in ("value", "low", "high", "reason")
)
SCORES = Query(
    "agreement",
    "How far do groups of raters agree, by which statistic?",
    f"""SELECT CASE comparison WHEN 'all_humans' THEN 'people among themselves'
         WHEN 'all_models' THEN 'models among themselves' WHEN 'all_raters' THEN 'all raters'
       WHEN 'humans_model' THEN 'every rating by people, and ' || rater_2
         ELSE 'the people''s majority, and ' || rater_2 END AS compared,
       max(n_items) AS n_items,
       {PIVOTED},
       coalesce(max(reason) FILTER (metric = 'cohen_kappa'), 'two raters only') AS kappa_why
FROM agreement.scores WHERE comparison IN ({GROUPS})
GROUP BY comparison, rater_2 ORDER BY comparison, rater_2""",
)
PAIRS = Query(
    "agreement-of-two",
    "How far does each two raters agree beyond chance?",
    """SELECT comparison, rater_1, rater_2, n_items, value, low, high, jackknife_se, reason
FROM agreement.scores
WHERE metric = 'cohen_kappa' AND comparison IN ('human_human', 'human_model', 'model_model', 'self')
ORDER BY comparison, rater_1, rater_2""",
)
MATRIX = Query(
    "kappa-matrix",
    "Which personas and raters agree with which?",
    """SELECT cell_id, kind, row_rater, column_rater, row_persona, column_persona, n_items, kappa, low, high, reason,
       simulated
FROM agreement.kappa_matrix ORDER BY kind, row_rater, column_rater, row_persona, column_persona""",
)
ALT_TEST = Query(
    "alt-test",
    "May a model stand in for one of the people?",
    """SELECT model, n_humans, n_items, advantage_model, advantage_human, winning_rate, passes, epsilon, reason
FROM agreement.alt_test WHERE rater_id IS NULL ORDER BY winning_rate DESC NULLS LAST, model""",
)
VARIANCE = Query(
    "variance",
    "Where do choices come from?",
    """SELECT ratings_of, replace(component, '_', ' × ') AS component, share, low, high, n_ratings, reason
FROM agreement.variance ORDER BY ratings_of, component""",
)
POWER = Query(
    "study-power",
    "How wide can intervals of kappa be, with a study of this size?",
    """SELECT comparison, kappa, n_personas, n_items, n_raters_per_item, half_width, half_width_clustered
FROM agreement.study_power ORDER BY comparison, kappa, n_personas""",
)
SIZES = Query(
    "kappa-sizes",
    "How many kappas does each two raters have, of how many items, and around which middle?",
    """SELECT row_rater || CASE WHEN row_rater = column_rater THEN '' ELSE ' × ' || column_rater END AS raters, kind,
       count(DISTINCT row_persona) AS personas, count(*) AS cells, count(*) FILTER (kappa IS NULL) AS undefined,
       median(n_items) AS n_items,
       median(kappa) FILTER (row_persona = column_persona) AS same,
       median(low) FILTER (row_persona = column_persona) AS low,
       median(high) FILTER (row_persona = column_persona) AS high,
       median(kappa) FILTER (row_persona <> column_persona) AS others
FROM agreement.kappa_matrix GROUP BY kind, row_rater, column_rater ORDER BY kind, row_rater, column_rater""",
)
NONE = "No two raters share questions in this way."
UNIT = "Unit: Cohen's kappa. n, the middle and its interval stand in the table below."


SECTIONS.register(
    "agreement",
    Section(
        name="agreement",
        order=50,
        title="Agreement",
        lead="Raters choose, between two answers, the one a persona would prefer. A model's idea of a persona is worth "
        "what it agrees with people's idea of it, and people do not always agree among themselves.",
        paper="section 4.2, figures 6 to 9",
        blocks=(
            Facts(
                (
                    Fact(STUDY, "items", "items"),
                    Fact(STUDY, "personas", "personas"),
                    Fact(STUDY, "raters_wanted", "raters wanted a persona"),
                    Fact(MAJORITIES, "with_majority", "items with a majority", note="three or more of the people"),
                    Fact(MAJORITIES, "tied", "items tied"),
                    Fact(MAJORITIES, "prefers_revision", "majorities for the revision", "share", why="reason"),
                )
            ),
            Grid(
                SCORES,
                "Groups of raters",
                (
                    Column("compared", "compared"),
                    Column("n_items", "items", "count"),
                    Column("raw", "raw agreement", "share", why="raw_reason"),
                    Column(
                        "alpha",
                        "Krippendorff's alpha",
                        "decimal",
                        low="alpha_low",
                        high="alpha_high",
                        why="alpha_reason",
                        plot=Scale(-0.2, 1),
                    ),
                    Column("kappa", "Cohen's kappa", "decimal", low="kappa_low", high="kappa_high", why="kappa_reason"),
                    Column("ac1", "Gwet's AC1", "decimal", why="ac1_reason"),
                ),
                "1 is perfect, 0 is chance. 95 % intervals draw personas and prompts again. Where one side is chosen "
                "most of the time, alpha and kappa fall though raters agree; AC1 does not. Cohen's kappa is of two "
                "raters only.",
            ),
            Grid(
                PAIRS,
                "Each two raters",
                (
                    Column("rater_1", "rater"),
                    Column("rater_2", "beside"),
                    Column("comparison", "kind"),
                    Column("n_items", "items", "count"),
                    estimate("value", "Cohen's kappa", "decimal", Scale(-0.2, 1)),
                    Column("jackknife_se", "standard error", "decimal"),
                ),
                "Self: the same rater, when an item came again with its sides swapped.",
            ),
            Figure(
                MATRIX,
                "Kappa by persona: people beside each model",
                matrices("human_model"),
                f"{UNIT} Rows: the persona that people chose for; columns: the one that the model did.",
                NONE,
                "Figure 6",
            ),
            Figure(
                MATRIX,
                "How kappas are spread: people, and people beside each model",
                histograms("human_human", "human_model"),
                f"{UNIT} Bars: the number of cells at each kappa.",
                NONE,
                "Figure 7",
            ),
            Figure(
                MATRIX,
                "Kappa by persona: models among themselves",
                matrices("model_model"),
                f"{UNIT} Rows: the persona that the first model chose for; columns: the second.",
                NONE,
                "Figure 8",
            ),
            Figure(
                MATRIX,
                "How kappas are spread: models among themselves",
                histograms("model_model"),
                f"{UNIT} Bars: the number of cells at each kappa.",
                NONE,
                "Figure 9",
            ),
            Figure(
                MATRIX,
                "Kappa of one rater for two personas",
                matrices("human_human", "persona_persona"),
                f"{UNIT} Personas who would choose alike are dark.",
                NONE,
            ),
            Grid(
                SIZES,
                "The kappas in numbers",
                (
                    Column("raters", "raters"),
                    Column("kind", "kind"),
                    Column("personas", "personas", "count"),
                    Column("n_items", "items a cell", "mean"),
                    Column("cells", "cells", "count"),
                    Column("undefined", "undefined", "count"),
                    Column("same", "median, one persona", "decimal", low="low", high="high", plot=Scale(-1, 1)),
                    Column("others", "median, two personas", "decimal"),
                ),
                "Intervals: the medians of the ends of the cells' 95 % intervals, Wilson's with agreement by chance "
                "held fixed. With few items a cell, a single kappa says little.",
            ),
            Grid(
                RATERS,
                "Raters",
                (
                    Column("rater_kind", "who"),
                    Column("source", "source"),
                    Column("simulated", "simulated", "yes"),
                    Column("raters", "raters", "count"),
                    Column("ratings", "ratings", "count"),
                    Column("without_choice", "without a choice", "count"),
                    Column("excluded", "excluded", "count", why="excluded_because"),
                ),
                "A simulated person counts as human in comparisons and is marked simulated everywhere.",
            ),
            Grid(
                ALT_TEST,
                "May a model stand in for a person?",
                (
                    Column("model", "model"),
                    Column("n_humans", "people", "count"),
                    Column("n_items", "items", "count"),
                    Column("advantage_model", "model agrees", "share"),
                    Column("advantage_human", "person agrees", "share"),
                    Column("winning_rate", "people it wins over", "share", why="reason", plot=SHARE_AXIS),
                    Column("passes", "passes", "yes"),
                    Column("epsilon", "allowance", "decimal"),
                ),
                "The Alternative Annotator Test (Calderon, Reichart and Dror 2025): it passes when it wins over half "
                "of the people, being allowed to be worse by the allowance.",
                empty="Nobody to stand in for: the test needs people and models on the same items.",
            ),
            Grid(
                VARIANCE,
                "Where choices come from",
                (
                    Column("component", "component"),
                    Column("ratings_of", "whose ratings"),
                    estimate("share", "share of the variance"),
                    Column("n_ratings", "ratings", "count"),
                ),
                "Persona × prompt is the personal part: this persona on this question. 95 % jackknife intervals.",
            ),
            Grid(
                POWER,
                "How wide intervals can be expected",
                (
                    Column("comparison", "compared"),
                    Column("kappa", "if kappa is", "decimal"),
                    Column("n_personas", "personas", "count"),
                    Column("n_items", "items", "count"),
                    Column("n_raters_per_item", "ratings an item", "count"),
                    Column("half_width", "± when items are independent", "decimal"),
                    Column("half_width_clustered", "± when a persona's items are alike", "decimal"),
                ),
                "Simulated studies of the planned size, before any rating.",
            ),
        ),
    ),
)
