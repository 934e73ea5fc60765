"""Options and configuration files: what they mean, and how a wrong one is refused."""

import pytest

from persona_pipeline.cli.options import named_columns, run_config, value_of
from persona_pipeline.errors import ConfigError
from persona_pipeline.run_config import only_ops
from persona_pipeline_tests.cli.running import ROOT, cli, refused


def test_options_go_over_the_file(tmp_path):
    file = tmp_path / "run.yaml"
    file.write_text("resources: {experiment: {config: {seed: 1, personas: 5}}}\n", "utf-8")
    config = run_config(file, {"personas": 9, "seed": None})
    assert config == {"resources": {"experiment": {"config": {"seed": 1, "personas": 9}}}}


def test_columns_are_named_in_pairs():
    assert named_columns("text=question, id=key") == {"text": "question", "id": "key"}
    for wrong in ("", "text", "text=", "=question", "text=a,,id"):
        with pytest.raises(ConfigError, match="--prompt-columns"):
            named_columns(wrong)


def test_an_endpoint_means_its_provider_unless_one_is_named():
    url = "http://127.0.0.1:1/v1"
    assert value_of(run_config(None, {"base_url": url}), "provider") == "openai_compatible"
    assert value_of(run_config(None, {"base_url": url, "provider": "replay"}), "provider") == "replay"
    assert value_of(run_config(None, {}), "provider") is None


def test_strata_and_margins_mean_their_method():
    drawn = {"ops": {"personas__profiles": {"config": {"strata": ["state"], "method": "stratified"}}}}
    assert run_config(None, {"stratify": ["state"]}) == drawn
    raked = run_config(None, {"rake": {"sex": {"Female": 0.5}}})["ops"]["personas__profiles"]["config"]
    assert raked == {"margins": {"sex": {"Female": 0.5}}, "method": "raked"}


@pytest.mark.parametrize("margins", ["sex", '["sex"]', '{"sex": {"Female": "half"}}'])
def test_margins_that_are_none_are_refused(margins):
    refused(cli("run", "--rake", margins), "it is no margins", "--rake", "attribute → level → share")


def test_the_configuration_of_assets_that_are_not_selected_is_left_out():
    config = {"ops": {"bench__answers": {}, "prompts__prompts": {}}, "resources": {}}
    assert only_ops(config, {"bench__answers"}) == {"ops": {"bench__answers": {}}, "resources": {}}


@pytest.mark.parametrize(
    ("content", "claim"), [("a: [", "is not YAML"), ("- a\n", "holds no mapping"), ("", "mapping")]
)
def test_a_file_that_is_no_configuration_is_refused(content, claim, tmp_path):
    file = tmp_path / "run.yaml"
    file.write_text(content, "utf-8")
    with pytest.raises(ConfigError, match=claim):
        run_config(file, {})


def test_a_configuration_file_that_is_not_there_is_named(tmp_path):
    said = cli("run", "--config", tmp_path / "nowhere.yaml")
    refused(said, str(tmp_path / "nowhere.yaml"), "cannot be read", "Name a file with --config")


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("resources: {experiment: {config: {sead: 1}}}", ["sead", "seed"]),
        ("resources: {experiment: {config: {seed: many}}}", ["seed", "many"]),
        ("resources: {experiment: {config: {seed: -1}}}", ["seed", "greater than or equal to 0"]),
        ("resources: {cencus: {config: {pums: embedded}}}", ["cencus", "census"]),
        ("ops: {personas__profils: {config: {reserve: 1.0}}}", ["personas__profils", "personas__profiles"]),
        ("ops: {personas__profiles: {config: {reserve: 100.0}}}", ["reserve", "less than or equal to 10"]),
        ("recources: {}", ["recources"]),
    ],
)
@pytest.mark.parametrize("selection", ["key:personas/profiles", "key:prompts/candidates"])
def test_a_setting_that_cannot_be_is_refused_whatever_is_selected(content, parts, selection, tmp_path):
    """A misspelt name would otherwise leave the default in force, and the user believing otherwise."""
    file = tmp_path / "run.yaml"
    file.write_text(content + "\n", "utf-8")
    said = cli("run", "--config", file, "--select", selection, "--database", tmp_path / "p.duckdb")
    refused(said, *parts)
    assert list(tmp_path.glob("*.duckdb")) == []


def test_a_vintage_that_must_not_be_used_is_refused_with_its_reason(tmp_path):
    said = cli("run", "--vintage", "2020-1yr", "--select", "group:census", "--database", tmp_path / "p.duckdb")
    refused(said, "'2020-1yr' cannot be used", "pandemic", "experimental weights", "2019-1yr", "2021-1yr")


def test_an_unknown_vintage_lists_the_known_ones(tmp_path):
    said = cli("run", "--vintage", "1999-1yr", "--select", "group:census", "--database", tmp_path / "p.duckdb")
    refused(said, "there is no census vintage '1999-1yr'", "2018-1yr", "2024-1yr")


def test_a_state_that_is_none_is_refused(tmp_path):
    said = cli("run", "--states", "wyoming", "--select", "group:census", "--database", tmp_path / "p.duckdb")
    refused(said, "'wyoming' is no state", "two-letter codes")


@pytest.mark.parametrize(
    ("selection", "claim"), [("group:", "group:"), ("key:nobody", "it names no asset"), ("((", "((")]
)
def test_a_selection_that_names_nothing_lists_the_assets(selection, claim, tmp_path):
    said = cli("run", "--select", selection, "--database", tmp_path / "p.duckdb")
    assert said.exit_code == 1
    assert "Traceback" not in said.everything
    assert claim in said.err
    assert "personas/personas" in said.last_line


def test_the_model_under_test_cannot_judge_itself(tmp_path):
    said = cli("run", "--model", "sim-b", "--judge", "sim-b", "--database", tmp_path / "p.duckdb")
    refused(said, "the judge 'sim-b' is the model under test", "Name one with --judge MODEL")
    assert list(tmp_path.iterdir()) == []


def test_a_real_model_needs_a_judge_to_be_named(tmp_path):
    options = ("--base-url", "http://127.0.0.1:1/v1", "--model", "some-model")
    refused(cli("run", *options, "--database", tmp_path / "p.duckdb"), "no judge is named", "--judge")


def test_a_judge_in_the_configuration_is_as_good_as_one_on_the_command_line(tmp_path):
    file = tmp_path / "run.yaml"
    file.write_text("resources: {chat: {config: {model: sim-c, judge: sim-c}}}\n", "utf-8")
    refused(cli("run", "--config", file), "the judge 'sim-c' is the model under test")


@pytest.mark.parametrize("option", ["--personas", "--pairs-per-persona", "--bench-items", "--concurrency"])
def test_a_count_below_one_is_refused_as_a_usage_error(option):
    said = cli("run", option, 0)
    assert said.exit_code == 2
    assert option in said.err


def test_every_option_of_the_contract_is_there():
    out = cli("run", "--help", COLUMNS="200").out
    promised = ["--pums", "--vintage", "--states", "--prism", "--personas", "--pairs-per-persona", "--model"]
    promised += ["--base-url", "--concurrency", "--seed", "--select", "--config", "--database"]
    assert [option for option in promised if option not in out] == []


def test_help_keeps_what_stands_in_brackets():
    assert "beside the DuckDB file" in " ".join(cli("run", "--help", COLUMNS="200").out.split())


def test_the_presets_are_where_the_message_says():
    assert (ROOT / "config" / "demo.yaml").exists()
