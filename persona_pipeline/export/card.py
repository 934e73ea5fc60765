"""The dataset card: what is in a dataset, how it was made, how good it is, and what it is not for."""

from collections.abc import Sequence
from typing import Any

import yaml

from persona_pipeline.export.facts import Facts, Rows
from persona_pipeline.export.splits import SPLITS

MADE_UP = {
    "synthetic": "**Synthetic people.** The personas were drawn from an invented census extract, no real records.",
    "simulated": "**Simulated model.** No language model wrote these answers: a program with planted effects did, for "
    "trying the pipeline. Train nothing on them.",
}


def dataset_card(name: str, facts: Facts) -> str:
    """README.md of a dataset folder, with the metadata that the Hugging Face hub reads."""
    head = yaml.safe_dump(_metadata(name, facts), sort_keys=False, allow_unicode=True)
    parts = (_what, _warnings, _splits, _columns, _making, _quality, _limits, _versions)
    body = "\n\n".join(text for part in parts if (text := part(facts)))
    return f"---\n{head}---\n\n# {name}\n\n{body}\n"


def _metadata(name: str, facts: Facts) -> dict[str, Any]:
    licences = sorted({str(licence).lower() for _, licence, _ in facts.rows("sources")})
    splits = [{"split": split, "path": f"data/{split}.parquet"} for split, count in facts.splits.items() if count]
    return {
        "pretty_name": name,
        "license": licences[0] if len(licences) == 1 else "other",
        "language": ["en"],
        "task_categories": ["text-generation"],
        "size_categories": [_size(sum(facts.splits.values()))],
        "tags": ["preference", "dpo", "persona", "pluralistic-alignment", "synthetic"],
        "configs": [
            {"config_name": "pairs", "data_files": splits, "default": True},
            {"config_name": "personas", "data_files": [{"split": "personas", "path": "personas.parquet"}]},
        ],
    }


def _size(rows: int) -> str:
    bounds = [(1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M")]
    return next((text for bound, text in bounds if rows < bound), "1M<n<10M")


def _what(facts: Facts) -> str:
    return (
        f"{sum(facts.splits.values()):,} preference pairs from {facts.one('personas'):,} personas: for one persona and "
        "one question, `chosen` (an answer revised to suit the persona) over `rejected` (an answer for nobody in "
        "particular). Made by the method of PERSONA (arXiv 2407.17387) with persona_pipeline."
    )


def _warnings(facts: Facts) -> str:
    return "\n\n".join(f"> {text}" for name, text in MADE_UP.items() if facts.one(name))


def _splits(facts: Facts) -> str:
    rows = [(f"`{split}`", f"{facts.splits[split]:,}", text) for split, text in SPLITS.items()]
    return "## Splits\n\n" + _table(("split", "rows", "what"), rows)


def _columns(_: Facts) -> str:
    return (
        "## Columns\n\n`prompt` (system: the persona; user: the question), `chosen` and `rejected` are lists of "
        "messages with `role` and `content`, as TRL's preference trainers read them. `pair_id`, `persona_id` and "
        "`prompt_id` are stable, derived from content. `personas.parquet` has each persona's attributes by "
        "`persona_id`."
    )


def _making(facts: Facts) -> str:
    sources = [(source, licence, f"{n:,}") for source, licence, n in facts.rows("sources")]
    census = ", ".join(f"{vintage} ({n:,} personas)" for vintage, n in facts.rows("census")) or "unknown"
    models = ", ".join(f"{model} ({n:,} pairs)" for model, n in facts.rows("models"))
    return "\n\n".join(
        [
            "## How it was made",
            f"People: drawn by survey weight from ACS PUMS, vintage {census}; census facts are as recorded. "
            "Prompts, which keep their licence:",
            _table(("source", "licence", "prompts"), sources),
            f"Answers: base answer, critique as the persona, revision, by {models}. Of {facts.one('assigned') or 0:,} "
            f"assigned pairs {facts.one('pairs'):,} were usable and passed every check. Seeds: "
            f"{', '.join(str(seed) for (seed,) in facts.rows('seeds'))}. Templates: "
            f"{', '.join(f'`{template}`' for (template,) in facts.rows('templates')) or 'unknown'}.",
        ]
    )


def _quality(facts: Facts) -> str:
    parts = ["## How good it is"]
    for judge, n, share, simulated in facts.rows("judged"):
        told = f"{judge}{' (simulated)' if simulated else ''}"
        chosen = "no usable verdict" if share is None else f"prefers the revision in {share:.1%} of {n:,} pairs"
        parts.append(f"A judge who plays the persona, {told}: {chosen}; the paper reports 96 %.")
    if agreement := facts.rows("agreement"):
        parts += ["Human raters and models (Cohen's kappa):", _kappas(agreement)]
    if fidelity := facts.rows("fidelity"):
        parts += ["Personas against the census: total variation distance, what chance alone gives, and Holm's p:"]
        parts += [_distances(fidelity)]
    return "\n\n".join(parts) if len(parts) > 1 else ""


def _kappas(rows: Rows) -> str:
    cells = [
        (
            rater,
            model,
            "undefined" if value is None else f"{value:.2f}",
            "" if None in (low, high) else f"{low:.2f} to {high:.2f}",
            n_items,
            "yes" if simulated else "no",
        )
        for rater, model, value, low, high, n_items, simulated in rows
    ]
    return _table(("rater", "model", "kappa", "interval", "items", "simulated"), cells)


def _distances(rows: Rows) -> str:
    cells = [
        (name, f"{distance:.3f}", f"{by_chance:.3f}", "" if p is None else f"{p:.2g}")
        for name, distance, by_chance, p in rows
    ]
    return _table(("attribute", "distance", "by chance", "p"), cells)


def _limits(_: Facts) -> str:
    return (
        "## Limits\n\nThe preferences are a model's guess at what such a person would prefer; nobody of that "
        "description was asked. Groups can come out as stereotypes. People of the United States only. Not for "
        "targeting or profiling anybody, nor for claims about what a group thinks."
    )


def _versions(facts: Facts) -> str:
    rows = [(f"`{table}`", f"`{content}`") for table, content in facts.rows("releases")]
    return "## Versions\n\nContent hashes of the tables behind it:\n\n" + _table(("table", "hash"), rows)


def _table(head: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
