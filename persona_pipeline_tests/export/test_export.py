"""Exports through the command line: what each trainer reads, counted, and the same bytes each time."""

import csv
import hashlib
import json
from pathlib import Path

import duckdb
import pytest
import yaml

from persona_pipeline.export.formats import FORMATS
from persona_pipeline.export.splits import SPLITS
from persona_pipeline.schemas.feedback import PREFERENCE_PAIRS
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline_tests.cli.published import Published, published
from persona_pipeline_tests.cli.running import Said, cli, refused, scalar


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return published(tmp_path_factory)


@pytest.fixture(scope="module")
def pairs(made):
    return WarehouseFile(made.database).read(PREFERENCE_PAIRS).set_index("pair_id")


def export(made: Published, output: Path, *options: object) -> Said:
    return cli("export", "--database", made.database, "--output", output, *options)


def exported(made: Published, output: Path, *options: object) -> dict[str, list[dict]]:
    """The rows of JSONL files, by split."""
    said = export(made, output, *options)
    assert said.exit_code == 0, said.everything
    return {
        path.stem: [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        for path in output.glob("*.jsonl")
    }


def test_trl_has_the_persona_as_system_message_the_question_and_both_answers(made, pairs, tmp_path):
    rows = [row for split in exported(made, tmp_path / "out", "--format", "trl").values() for row in split]
    assert len(rows) == len(pairs)
    for row in rows:
        pair = pairs.loc[row["pair_id"]]
        system, user = row["prompt"]
        assert (system["role"], user["role"]) == ("system", "user")
        age = scalar(made.database, f"SELECT age FROM personas.personas WHERE persona_id = '{pair['persona_id']}'")
        assert f"\nage: {age}\n" in system["content"]
        assert user["content"] == pair["prompt"]
        assert row["chosen"] == [{"role": "assistant", "content": pair["chosen"]}]
        assert row["rejected"] == [{"role": "assistant", "content": pair["rejected"]}]
        assert row["simulated"] is True


def test_without_a_persona_the_prompt_is_the_question_alone(made, tmp_path):
    rows = exported(made, tmp_path / "out", "--format", "trl", "--persona", "none")
    assert {tuple(message["role"] for message in row["prompt"]) for split in rows.values() for row in split} == {
        ("user",)
    }


def test_kto_has_each_answer_once_with_its_label(made, pairs, tmp_path):
    rows = [row for split in exported(made, tmp_path / "out", "--format", "kto").values() for row in split]
    labels = {(row["pair_id"], row["completion"][0]["content"]): row["label"] for row in rows}
    expected = {(pair, row["chosen"]): True for pair, row in pairs.iterrows()}
    expected |= {(pair, row["rejected"]): False for pair, row in pairs.iterrows()}
    assert labels == expected
    assert len(rows) == 2 * len(pairs)


def test_reward_has_whole_conversations_and_no_prompt_column(made, pairs, tmp_path):
    rows = [row for split in exported(made, tmp_path / "out", "--format", "reward").values() for row in split]
    for row in rows:
        assert "prompt" not in row
        assert [message["role"] for message in row["chosen"]] == ["system", "user", "assistant"]
        assert row["chosen"][:2] == row["rejected"][:2]
        assert row["rejected"][2]["content"] == pairs.loc[row["pair_id"], "rejected"]


def test_the_splits_are_by_persona_prompt_and_use(made, pairs, tmp_path):
    """train/seen/train, train/seen/test, train/unseen, test/seen, test/unseen, as the table has them."""
    names = {
        ("train", "seen", "train"): "train",
        ("train", "seen", "test"): "test",
        ("train", "unseen", "test"): "test_new_prompts",
        ("test", "seen", "train"): "test_new_personas",
        ("test", "seen", "test"): "test_new_personas",
        ("test", "unseen", "test"): "test_new_both",
    }
    for split, rows in exported(made, tmp_path / "out", "--format", "trl").items():
        for row in rows:
            pair = pairs.loc[row["pair_id"]]
            assert names[pair["persona_split"], pair["question_type"], pair["data"]] == split
    assert set(names.values()) == set(SPLITS)


def test_personas_flat_columns_are_those_of_the_released_data(made, pairs, tmp_path):
    assert export(made, tmp_path / "out", "--format", "persona").exit_code == 0
    rows = [row for path in (tmp_path / "out").glob("*.csv") for row in csv.DictReader(path.open(newline=""))]
    assert list(rows[0]) == ["persona", "instruction", "original", "critique", "data", "question type"]
    assert sorted(row["data"] for row in rows) == sorted(pairs["chosen"])


def test_a_csv_cell_that_a_spreadsheet_would_calculate_is_behind_an_apostrophe(made, tmp_path):
    dangerous = "=HYPERLINK(1)"
    database = made.copied_to(tmp_path)
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"UPDATE feedback.preference_pairs SET chosen = '{dangerous}', critique = '-1+1'")
    changed = Published(database, made.said)
    assert export(changed, tmp_path / "csv", "--format", "persona").exit_code == 0
    rows = [row for path in (tmp_path / "csv").glob("*.csv") for row in csv.DictReader(path.open(newline=""))]
    assert {(row["data"], row["critique"]) for row in rows} == {("'" + dangerous, "'-1+1")}
    as_lines = exported(changed, tmp_path / "jsonl", "--format", "persona", "--type", "jsonl")
    assert {row["data"] for split in as_lines.values() for row in split} == {dangerous}


@pytest.mark.parametrize("form", ["hf", *FORMATS.names()])
def test_the_same_tables_give_the_same_bytes_and_the_sums_are_right(made, tmp_path, form):
    for name in ("one", "two"):
        assert export(made, tmp_path / name, "--format", form).exit_code == 0
    one, two = ({p.relative_to(f): p.read_bytes() for p in f.rglob("*") if p.is_file()} for f in tmp_path.iterdir())
    assert one == two
    sums = dict(line.split("  ")[::-1] for line in (tmp_path / "one" / "SHA256SUMS").read_text().splitlines())
    contents = {path.as_posix(): hashlib.sha256(data).hexdigest() for path, data in one.items()}
    del contents["SHA256SUMS"]
    assert sums == contents


def test_a_dataset_folder_has_a_card_that_says_what_is_in_it_and_that_it_is_simulated(made, pairs, tmp_path):
    assert export(made, tmp_path / "out", "--format", "hf", "--name", "demo").exit_code == 0
    _, head, body = (tmp_path / "out" / "README.md").read_text("utf-8").split("---\n", 2)
    (configured,) = [config for config in yaml.safe_load(head)["configs"] if config["config_name"] == "pairs"]
    files = [tmp_path / "out" / split["path"] for split in configured["data_files"]]
    counts = {file.stem: duckdb.sql(f"SELECT count(*) FROM '{file}'").fetchall()[0][0] for file in files}
    assert sum(counts.values()) == len(pairs)
    for split, count in counts.items():
        assert f"| `{split}` | {count} |" in body
    assert "**Simulated model.**" in body
    assert "**Synthetic people.**" in body
    assert "Train nothing on them" in body
    croissant = json.loads((tmp_path / "out" / "croissant.json").read_text("utf-8"))
    for file in croissant["distribution"]:
        path = tmp_path / "out" / file["contentUrl"]
        assert file["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        (records,) = [one for one in croissant["recordSet"] if one["name"] == path.stem]
        columns = set(duckdb.sql(f"DESCRIBE SELECT * FROM '{path}'").df()["column_name"])
        sources = [part["source"] for field in records["field"] for part in field.get("subField", [field])]
        assert {source["extract"]["column"] for source in sources} <= columns


def test_a_folder_that_is_there_is_left_alone_unless_it_is_to_be_replaced(made, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    refused(export(made, out, "--format", "trl"), "there is something already", "--replace")
    assert [path.name for path in out.iterdir()] == ["mine.txt"]
    assert export(made, out, "--format", "trl", "--replace").exit_code == 0
    assert not (out / "mine.txt").exists()


def test_a_pair_without_its_persona_is_an_error_and_nothing_is_left(made, tmp_path):
    database = made.copied_to(tmp_path)
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "DELETE FROM personas.personas WHERE persona_id = (SELECT min(persona_id) FROM feedback.preference_pairs)"
        )
    said = export(Published(database, made.said), tmp_path / "out", "--format", "trl")
    refused(said, "feedback.preference_pairs", "every pair, each with its persona")
    assert not list(tmp_path.glob("*out*"))


def test_what_cannot_be_pushed_is_refused_before_anything_is_written(made, tmp_path):
    push = ("--push", "me/data")
    refused(export(made, tmp_path / "out", "--format", "trl", *push), "only a dataset folder can be pushed")
    refused(export(made, tmp_path / "out", "--format", "hf", *push), "a write token in HF_TOKEN")
    assert not (tmp_path / "out").exists()


def test_a_file_type_that_the_format_does_not_have_is_refused(made, tmp_path):
    refused(export(made, tmp_path / "out", "--format", "trl", "--type", "csv"), "cannot be written as csv", "jsonl")


def test_datasets_loads_it_and_trl_applies_a_chat_template_to_every_format(made, tmp_path):
    """With the libraries that read it (`pip install datasets trl transformers`); not what `make test` installs."""
    datasets = pytest.importorskip("datasets", reason="datasets is not installed")
    trl = pytest.importorskip("trl.data_utils", reason="trl is not installed")
    tokenizer = word_tokenizer()
    assert export(made, tmp_path / "hf", "--format", "hf").exit_code == 0
    loaded = datasets.load_dataset(str(tmp_path / "hf"), "pairs", cache_dir=str(tmp_path / "cache"))
    every = datasets.concatenate_datasets(list(loaded.values()))
    assert len(datasets.load_dataset(str(tmp_path / "hf"), "personas", cache_dir=str(tmp_path / "cache"))["personas"])
    for row in every:
        text = trl.apply_chat_template({name: row[name] for name in ("prompt", "chosen", "rejected")}, tokenizer)
        assert text["prompt"].startswith("<system>")
        assert text["chosen"] == f"{row['chosen'][0]['content']}</assistant>"
    by_pair = {row["pair_id"]: row for row in every}
    for rows in exported(made, tmp_path / "reward", "--format", "reward").values():
        for row in rows:
            found = trl.extract_prompt({"chosen": row["chosen"], "rejected": row["rejected"]})
            assert found == {name: by_pair[row["pair_id"]][name] for name in ("prompt", "chosen", "rejected")}
    for rows in exported(made, tmp_path / "kto", "--format", "kto").values():
        for row in rows:
            text = trl.apply_chat_template({name: row[name] for name in ("prompt", "completion", "label")}, tokenizer)
            assert text["completion"] == f"{row['completion'][0]['content']}</assistant>"


def word_tokenizer():
    """A tokenizer with a chat template and nothing learned."""
    tokenizers, transformers = pytest.importorskip("tokenizers"), pytest.importorskip("transformers")
    model = tokenizers.Tokenizer(tokenizers.models.WordLevel({"?": 0}, unk_token="?"))
    made = transformers.PreTrainedTokenizerFast(tokenizer_object=model, unk_token="?")
    made.chat_template = (
        "{% for m in messages %}<{{ m.role }}>{{ m.content }}</{{ m.role }}>{% endfor %}"
        "{% if add_generation_prompt %}<assistant>{% endif %}"
    )
    return made
