"""The whole graph through the command line, on the embedded samples and on real files."""

from pathlib import Path

import pytest

from persona_pipeline.schemas.dictionary import EVERY_SCHEMA
from persona_pipeline.schemas.ops import MIGRATIONS, RELEASES
from persona_pipeline.schemas.tables import TABLES
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline_tests.cli.published import BENCH_ITEMS, PAIRS, PERSONAS, SMALL, Published, published
from persona_pipeline_tests.cli.running import cli, releases, scalar

DATA = Path(__file__).resolve().parents[1].parent / "shared" / "data"
assert EVERY_SCHEMA  # imported, so that TABLES is complete
PUBLISHED_TABLES = sorted(table.path for _, table in TABLES.items() if table not in (RELEASES, MIGRATIONS))
AFTER_CENSUS = ("--select", "not group:census")
# PERSONA (arXiv 2407.17387), table of attributes, in the paper's order
IN_THE_PAPER = """age, sex, race, ancestry, household language, education, employment status, class of worker,
industry category, occupation category, detailed job description, income, marital status, household type,
family presence and age, place of birth, citizenship, veteran status, disability, health insurance, big five scores,
defining quirks, mannerisms, personal time, lifestyle, ideology, political views, religion, cognitive difficulty,
ability to speak english, vision difficulty, fertility, hearing difficulty"""
ATTRIBUTES = [" ".join(name.split()).replace(" ", "_") for name in IN_THE_PAPER.split(",")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return published(tmp_path_factory)


@pytest.fixture(scope="module")
def warehouse(made: Published) -> WarehouseFile:
    return WarehouseFile(made.database)


def test_a_whole_run_ends_with_exit_code_0(made):
    assert made.said.exit_code == 0, made.said.everything
    assert "Traceback" not in made.said.everything


ON_REQUEST = {  # empty unless a setting asks for them, or names files
    "census.replicate_weights",
    "census.pair_margins",
    "feedback.rejudgements",
    "feedback.judge_drift",
    "agreement.human_ratings",
    "bench.subtlety",
    "bench.human_verdicts",
    "bench.comparisons",
    "bench.summary_drops",
}


def test_every_table_is_there_with_rows(made):
    """All rows of the fixture's sizes: 8 personas with 3 pairs each, 4 bench items in 2 modes."""
    released = {table: n_rows for table, (_, n_rows) in releases(made.database).items()}
    assert sorted(released) == PUBLISHED_TABLES
    assert {table for table, n_rows in released.items() if n_rows == 0} == ON_REQUEST
    assert released["personas.personas"] == PERSONAS
    assert released["feedback.assignments"] == PERSONAS * PAIRS
    assert released["bench.answers"] == BENCH_ITEMS * 2
    counted = {table: scalar(made.database, f"SELECT count(*) FROM {table}") for table in PUBLISHED_TABLES}
    assert counted == released


def test_the_summary_names_each_table_with_its_rows(made):
    for table, (_, n_rows) in releases(made.database).items():
        lines = [line.split() for line in made.said.out.splitlines() if line.split()[:1] == [table]]
        assert [line[1] for line in lines] == [f"{n_rows:,}"], table


def test_the_summary_says_what_is_simulated_and_what_is_synthetic(made):
    labels = {line.split()[0]: line for line in made.said.out.splitlines() if line.split()[:1] and "/" in line}
    assert "synthetic" in labels["census.persons"]
    assert "simulated" not in labels["census.persons"]
    assert "simulated + synthetic" in labels["personas.personas"]
    assert "simulated" in labels["bench.scores"]


def test_the_summary_says_what_was_dropped_and_why(made, warehouse):
    by_rule = warehouse.rows("SELECT rule, count(*) FROM prompts.decisions WHERE rule IS NOT NULL GROUP BY rule")[1]
    assert by_rule
    for rule, count in by_rule:
        assert f"{count}{rule}" in made.said.squeezed


def test_what_a_simulated_model_made_is_marked_in_every_row(made, warehouse):
    marked = [t for _, t in TABLES.items() if "simulated" in t.column_names]
    assert {"personas.personas", "feedback.preference_pairs", "bench.scores"} <= {table.path for table in marked}
    unmarked = {t.path: warehouse.rows(f"SELECT count(*) FROM {t.path} WHERE NOT simulated")[1][0][0] for t in marked}
    asked_nobody = scalar(made.database, "SELECT count(*) FROM prompts.decisions WHERE decided_by = 'rule'")
    rules = scalar(made.database, "SELECT count(*) FROM personas.consistency WHERE decided_by = 'rule'")
    expected = {table.path: 0 for table in marked}
    assert unmarked == expected | {"prompts.decisions": asked_nobody, "personas.consistency": rules}


def test_the_columns_of_personas_are_the_papers_attributes_in_its_order(warehouse):
    columns, _ = warehouse.rows("SELECT * FROM personas.personas LIMIT 0")
    assert len(ATTRIBUTES) == 33
    assert columns[0] == "persona_id"
    assert [column for column in columns if column in ATTRIBUTES] == ATTRIBUTES
    first = columns.index("age")
    assert columns[first : first + 33] == ATTRIBUTES


def test_census_facts_of_personas_are_those_of_their_records(warehouse):
    written_or_drawn = {
        *("detailed_job_description", "big_five_scores", "defining_quirks", "mannerisms", "personal_time"),
        *("lifestyle", "ideology", "political_views", "religion"),
    }
    facts = [name for name in ATTRIBUTES if name not in written_or_drawn]
    assert len(facts) == 24
    changed = " OR ".join(f"p.{name} IS DISTINCT FROM c.{name}" for name in facts)
    joined = "personas.personas p JOIN census.population c USING (person_id)"
    assert warehouse.rows(f"SELECT count(*) FROM {joined}")[1] == [(PERSONAS,)]
    assert warehouse.rows(f"SELECT count(*) FROM {joined} WHERE {changed}")[1] == [(0,)]


def test_nothing_vanishes_between_tables(warehouse):
    def count(table: str, where: str = "true") -> int:
        return int(warehouse.rows(f"SELECT count(*) FROM {table} WHERE {where}")[1][0][0])

    assert count("census.population") == count("census.persons")
    assert count("personas.consistency") <= count("personas.profiles")  # the others were not needed
    assert count("personas.personas") == count("personas.consistency", "consistent")
    assert count("prompts.decisions") == count("prompts.candidates")
    assert count("prompts.prompts") == count("prompts.candidates") - count("prompts.decisions", "NOT kept")
    assert count("feedback.critiques") == count("feedback.revisions") == count("feedback.assignments")
    assert count("bench.critiques") == count("bench.answers")


def test_every_row_says_which_run_published_it(warehouse):
    with_rows = [table for table in PUBLISHED_TABLES if table not in ON_REQUEST]
    runs = {warehouse.rows(f"SELECT DISTINCT run_id FROM {table}")[1][0] for table in with_rows}
    assert len(runs) == 1


def test_a_second_run_asks_nothing_new_and_gives_the_same_data(made, tmp_path):
    again = made.copied_to(tmp_path, ledger=True)
    asked = scalar(again, "SELECT count(*) FROM ops.model_calls")
    said = cli("run", *SMALL, *AFTER_CENSUS, "--database", again)
    assert said.exit_code == 0, said.everything
    assert scalar(again, "SELECT count(*) FROM ops.model_calls") == asked
    assert releases(again) == releases(made.database)
    published_twice = "SELECT count(*) FROM (SELECT 1 FROM ops.releases GROUP BY table_name HAVING count(*) = 2)"
    assert scalar(again, published_twice) == len(PUBLISHED_TABLES) - 6  # all but census's


def test_the_same_seed_in_another_file_gives_the_same_people_and_prompts(made, tmp_path):
    other = tmp_path / "other.duckdb"
    said = cli("run", *SMALL, "--select", '+key:"personas/profiles"', "--database", other)
    assert said.exit_code == 0, said.everything
    expected = releases(made.database)
    assert releases(other) == {table: expected[table] for table in releases(other)}
    assert set(releases(other)) == {"census.persons", "census.households", "census.population", "personas.profiles"}


def test_another_seed_gives_other_data(made, tmp_path):
    other = made.copied_to(tmp_path)
    selection = 'key:"personas/profiles" or key:"feedback/assignments"'
    said = cli("run", *SMALL, "--select", selection, "--database", other, "--seed", 1)
    assert said.exit_code == 0, said.everything
    before, after = releases(made.database), releases(other)
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {"personas.profiles", "feedback.assignments"}


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared census and PRISM files are not here")
def test_a_run_on_wyoming_and_prism_counts_what_is_in_their_files(tmp_path):
    """5,740 rows and 577,737 people: the Census Bureau's 2018 file; 1,786 and 171 of 5,000: counted by hand there."""
    database = tmp_path / "real.duckdb"
    said = cli(
        *("run", "--pums", DATA / "pums" / "2018-1yr", "--vintage", "2018-1yr", "--states", "wy"),
        *("--prism", DATA / "prism" / "conversations.jsonl", "--personas", 40, "--pairs-per-persona", 8),
        *("--database", database),
    )
    assert said.exit_code == 0, said.everything
    rows, weight = WarehouseFile(database).rows("SELECT count(*), sum(pwgtp) FROM census.persons")[1][0]
    assert (rows, weight) == (5_740, 577_737)
    decided = WarehouseFile(database).rows("SELECT coalesce(rule, 'asked'), count(*) FROM prompts.decisions GROUP BY 1")
    assert dict(decided[1]) == {"no_question_mark": 1_786, "too_few_words": 171, "near_duplicate": 2, "asked": 3_041}
    assert scalar(database, "SELECT count(*) FROM prompts.candidates") == 5_000
    assert scalar(database, "SELECT count(*) FROM personas.personas") == 40
    assert scalar(database, "SELECT count(*) FROM feedback.preference_pairs") == 40 * 8
    assert scalar(database, "SELECT count(*) FROM personas.personas WHERE synthetic") == 0
