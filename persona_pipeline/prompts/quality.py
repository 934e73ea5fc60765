"""How well a model sorts prompts: its verdicts beside the labels that this project gave by hand."""

import json
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd

from persona_pipeline.prompts.classification import majority
from persona_pipeline.schemas.prompt import CLASSIFIER_QUALITY
from persona_pipeline.seeds import content_id
from persona_pipeline.statistics.bootstrap import Floats, clustered_interval, ratio
from persona_pipeline.statistics.wilson import wilson

STAGE = "prompts.classifier_quality"
RESAMPLES, CONFIDENCE = 2_000, 0.95
LABELS = ("text", "controversial", "difficulty", "why")


def labelled() -> pd.DataFrame:
    """The labelled prompts: prompt_id, text, controversial, difficulty (clear or hard), why."""
    text = (resources.files("persona_pipeline.prompts.labelled") / "prompts.jsonl").read_text("utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    frame = pd.DataFrame(rows, columns=list(LABELS))
    return frame.assign(prompt_id=[content_id("labelled", text) for text in frame["text"]])


def quality(labels: pd.DataFrame, verdicts: pd.DataFrame, *, draws: int, seed: int) -> pd.DataFrame:
    """Precision, recall, F1, accuracy and flip rate with 95 % intervals: over all, the clear and the hard prompts.

    A prompt without a usable verdict is unscored and counts in no metric. Intervals of shares are Wilson's; that of F1
    is the bootstrap's over prompts.

    Source: Wilson (1927); Efron & Tibshirani (1993), chapter 13.
    """
    judged = _judged(labels, verdicts)
    made = {
        "model": _said(verdicts["model"]),
        "template": _said(verdicts["template"]),
        "draws": draws,
        "simulated": bool(verdicts["simulated"].any()),
    }
    subsets = {"all": judged, **{name: judged[judged["difficulty"] == name] for name in ("clear", "hard")}}
    return CLASSIFIER_QUALITY.frame(
        {"subset": subset, **row, **made} for subset, rows in subsets.items() for row in _metrics(rows, seed)
    )


def errors(labels: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """The labelled prompts that the model sorts otherwise: text, both verdicts, why the label, the model's reason."""
    judged = _judged(labels, verdicts)
    wrong = judged[judged["verdict"].notna() & (judged["verdict"] != judged["controversial"])]
    return wrong[["text", "difficulty", "controversial", "why", "verdict", "score", "model_reason"]]


def _judged(labels: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    decided = majority(verdicts)

    def of(name: str) -> list[Any]:
        usable = (decided.get(prompt_id, {"draws": 0}) for prompt_id in labels["prompt_id"])
        return [found[name] if found["draws"] else None for found in usable]

    reasons = [row["verdict_reason"] if row else None for row in of("row")]
    return labels.assign(verdict=of("kept"), score=of("score"), agreement=of("agreement"), model_reason=reasons)


def _metrics(rows: pd.DataFrame, seed: int) -> list[dict[str, Any]]:
    scored = rows[rows["verdict"].notna()]
    truth, said = scored["controversial"].to_numpy(bool), scored["verdict"].to_numpy(bool)
    hit, alarm, miss, rest = truth & said, ~truth & said, truth & ~said, ~truth & ~said
    counts = {
        "n_prompts": len(rows),
        "n_unscored": len(rows) - len(scored),
        "true_positives": int(hit.sum()),
        "false_positives": int(alarm.sum()),
        "false_negatives": int(miss.sum()),
        "true_negatives": int(rest.sum()),
    }
    right, drawn = int((hit | rest).sum()), scored["agreement"].dropna()
    found = [
        _share("precision", int(hit.sum()), int(said.sum()), "it calls nothing controversial"),
        _share("recall", int(hit.sum()), int(truth.sum()), "nothing here is controversial"),
        _f1(hit, alarm, miss, scored["prompt_id"].tolist(), seed),
        _share("accuracy", right, len(scored), "nothing was scored"),
        _share("flip_rate", int((drawn < 1).sum()), len(drawn), "nothing was drawn more than once"),
    ]
    return [{**row, **counts} for row in found]


def _share(metric: str, part: int, whole: int, undefined: str) -> dict[str, Any]:
    if not whole:
        return {"metric": metric, "value": None, "low": None, "high": None, "reason": undefined}
    interval = wilson(part / whole, whole, CONFIDENCE)
    return {"metric": metric, "value": part / whole, "low": interval.low, "high": interval.high, "reason": None}


def _f1(hit: Any, alarm: Any, miss: Any, prompts: list[str], seed: int) -> dict[str, Any]:
    """2·hits / (2·hits + alarms + misses)."""
    twice, others = 2.0 * hit, 1.0 * (alarm | miss)

    def f1(weights: Floats) -> Floats:
        above = weights @ twice
        return ratio(above, above + weights @ others)

    if not (hit | alarm | miss).any():
        reason = "nothing is controversial, or called so"
        return {"metric": "f1", "value": None, "low": None, "high": None, "reason": reason}
    value = float(f1(np.ones((1, len(hit))))[0])
    interval = clustered_interval(f1, prompts, seed=seed, resamples=RESAMPLES, confidence=CONFIDENCE)
    return {"metric": "f1", "value": value, "low": interval.low, "high": interval.high, "reason": None}


def _said(values: pd.Series) -> str:
    return ", ".join(sorted(values.dropna().unique())) or "none"
