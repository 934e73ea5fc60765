"""The paper's printed values beside ours; they stand in paper.yaml, and nowhere else in the report."""

from importlib.resources import files
from typing import Any

import yaml

from persona_pipeline.report.blocks import Beside, Printed, Section
from persona_pipeline.report.queries import Query
from persona_pipeline.report.sections import SECTIONS


def printed() -> list[Printed]:
    """What the file holds, in its order."""
    text = files("persona_pipeline.report").joinpath("paper.yaml").read_text("utf-8")
    return [_printed(one) for one in yaml.safe_load(text)]


def _printed(one: dict[str, Any]) -> Printed:
    sql = one.get("sql")
    query = (
        Query(f"paper-{one['name']}", f"What is ours beside the paper's: {one['what'].lower()}?", sql) if sql else None
    )
    return Printed(
        what=one["what"],
        value=str(one["printed"]),
        where=one["where"],
        kind=one.get("kind", "text"),
        query=query,
        unlike=one.get("unlike", ""),
    )


SECTIONS.register(
    "paper",
    Section(
        name="paper",
        order=115,
        title="Beside the paper",
        lead="What PERSONA (Castricato et al. 2024, arXiv 2407.17387) prints, and the same quantity in this database. "
        "The authors released data and not their pipeline, so few values compare strictly; where one does not, it says "
        "why.",
        blocks=(
            Beside(
                "Printed values and ours",
                printed(),
                "A value compares when it is the same quantity, from real models and real records. A smaller run has "
                "smaller counts; that alone is no difference.",
            ),
        ),
    ),
)
