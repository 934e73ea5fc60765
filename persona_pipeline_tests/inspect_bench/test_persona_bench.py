"""The inspect task beside our own command, on the very same answers."""

import json
import math

import pytest

from persona_pipeline.schemas.chat import Message
from persona_pipeline.simulation import respond
from persona_pipeline.warehouse import WarehouseFile
from persona_pipeline_tests.cli.published import BENCH_ITEMS, published
from persona_pipeline_tests.cli.running import cli, scalar

pytest.importorskip("inspect_ai", reason="inspect_ai is not installed: pip install 'persona-pipeline[inspect]'")

from inspect_ai import eval as evaluate
from inspect_ai.model import ModelOutput, ModelUsage, get_model

from persona_pipeline.inspect_bench.tasks import persona_bench

DRAWS = 2


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return published(tmp_path_factory).copied_to(tmp_path_factory.mktemp("inspect"), ledger=True)


def nothing(question, draw):
    return False


def mocked(name, simulated, silent=nothing):
    """One of inspect's mock models that says what a simulated model would, or nothing.

    Args:
        silent: the questions and draws that get an empty answer, however often they are put.
    """
    asked = []

    def output(messages, tools, choice, config):
        asked.append(messages)
        plain = [Message(message.role, message.text) for message in messages]
        draw = (config.seed or 0) % 1_000_000
        said = "" if silent(plain[-1].content, draw) else respond(simulated, plain, draw if config.temperature else 0)
        made = ModelOutput.from_content(name, said)
        made.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)  # else inspect fetches a tokeniser
        return made

    return get_model(f"mockllm/{name}", custom_outputs=output, memoize=False), asked


@pytest.fixture(scope="module")
def log(database, tmp_path_factory):
    """Four items, two answers each; nothing for the first item, and no second answer for the second."""
    questions = [
        text
        for (text,) in WarehouseFile(database).rows(
            "SELECT text FROM bench.design JOIN prompts.prompts USING (prompt_id) ORDER BY position"
        )[1]
    ]
    assert len(set(questions)) == BENCH_ITEMS == 4

    def silent(question, draw):
        return questions[0] in question or (questions[1] in question and draw == 1)

    (done,) = evaluate(
        persona_bench(database=str(database), mode="chain_of_thought", draws=DRAWS),
        model=mocked("under-test", "sim-d", silent)[0],
        model_roles={"judge": mocked("critic", "sim-b")[0]},
        log_dir=str(tmp_path_factory.mktemp("logs")),
        display="none",
    )
    assert done.status == "success", done.error
    return done


def test_its_numbers_are_those_of_our_own_command(log, database, tmp_path):
    file = tmp_path / "answers.jsonl"
    rows = [
        {"item_id": sample.id, "draw": sample.epoch - 1, "text": sample.scores["critics"].answer, "model": "same"}
        for sample in log.samples
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows if row["text"]))
    said = cli("bench", "--answers", file, "--judge", "sim-b", "--database", database)
    assert said.exit_code == 0, said.everything
    ours = WarehouseFile(database).rows(
        "SELECT k, value, n_items, n_left_out FROM bench.pass_at_k WHERE judged_model = 'same' ORDER BY k"
    )[1]
    found = {score.reducer: score for score in log.results.scores}
    theirs = [
        (k, score.metrics["accuracy"].value, score.scored_samples, score.unscored_samples)
        for k in (1, 2)
        for score in [found[f"pass_at_{k}"]]
    ]
    assert theirs == [(k, pytest.approx(value), n, left) for k, value, n, left in ours]
    assert [(n, left) for _, _, n, left in ours] == [(3, 1), (2, 2)]
    first = [sample.scores["critics"].value for sample in log.samples if sample.epoch == 1]
    scored = [value for value in first if not math.isnan(value)]
    score = "FROM bench.scores WHERE judged_model = 'same'"
    assert scalar(database, f"SELECT accuracy {score}") == pytest.approx(sum(scored) / len(scored))
    assert scalar(database, f"SELECT n_unscored {score}") == len(first) - len(scored) == 1


def test_what_is_not_scored_is_in_the_log_with_its_reason(log):
    silent = [sample.scores["critics"] for sample in log.samples if not sample.scores["critics"].answer]
    assert len(silent) == 3
    assert {score.reason for score in silent} == {"the answer was empty"}


def test_the_log_says_which_benchmark_it_was(log, database):
    assert log.eval.task_version == scalar(database, "SELECT any_value(design_hash) FROM bench.design")
    score = log.samples[-1].scores["critics"]
    known = WarehouseFile(database).rows("SELECT DISTINCT template FROM bench.critiques WHERE template IS NOT NULL")[1]
    assert [(verdict["template"],) for verdict in score.metadata["verdicts"]] == known
    assert score.metadata["simulated"] is True
    assert score.metadata["answer_template"].startswith("answer_step_by_step@")
    assert {"stderr", "stderr_by_prompt"} <= set(log.results.scores[0].metrics)


def test_a_judge_of_itself_is_refused_before_anything_is_asked(database, tmp_path):
    model, asked = mocked("one", "sim-b")
    for roles, problem in (({"judge": model}, "is the model under test"), ({}, "no judge is named")):
        (done,) = evaluate(
            persona_bench(database=str(database), items=1),
            model=model,
            model_roles=roles,
            log_dir=str(tmp_path),
            display="none",
        )
        assert done.status == "error"
        assert problem in done.error.message
    assert asked == []


def test_several_verdicts_decide_by_majority_and_a_summary_is_asked_first(database, tmp_path):
    judge, judge_asked = mocked("critic", "sim-a")
    model, asked = mocked("under-test", "sim-b")
    (done,) = evaluate(
        persona_bench(database=str(database), mode="summary", items=1, verdicts=3),
        model=model,
        model_roles={"judge": judge},
        log_dir=str(tmp_path),
        display="none",
    )
    (sample,) = done.samples
    verdicts = [verdict["needs_revision"] for verdict in sample.scores["critics"].metadata["verdicts"]]
    assert (len(asked), len(judge_asked), len(verdicts)) == (2, 3, 3)
    assert sample.scores["critics"].value == float(sum(verdicts) < 2)
    assert sample.scores["critics"].metadata["summary"]
