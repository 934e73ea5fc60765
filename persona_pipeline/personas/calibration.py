"""How well a draw met its targets, and what its weights cost."""

from typing import Any

import numpy as np
import pandas as pd

from persona_pipeline.personas.counting import Coded, Everybody, code, shares
from persona_pipeline.personas.design import CONTROLS, Design
from persona_pipeline.personas.labels import made_up
from persona_pipeline.personas.sampling import draw_weights
from persona_pipeline.schemas.levels import Coder
from persona_pipeline.schemas.persona_reports import CALIBRATION
from persona_pipeline.schemas.population import Population


def calibration(personas: pd.DataFrame, profiles: pd.DataFrame, population: Population) -> pd.DataFrame:
    """Differences between the shares of personas and the draw's targets, one row per attribute (personas.calibration).

    The targets are the weighted shares of everybody who could be drawn; after raking, by the raked weights.

    Args:
        profiles: personas.profiles, which say how people were drawn.
        population: census.population, whole.
    """
    design = Design.of(profiles)
    people = Everybody(design.drawable(population), CONTROLS, ids=True)
    weights = draw_weights(people, design)
    coders = (people, Coder(personas))
    effect = _design_effect(personas, people, weights)
    return CALIBRATION.frame(
        {
            "attribute": attribute,
            "method": design.method,
            "controlled": attribute in design.controlled,
            "n_personas": len(personas),
            **made_up(personas),
            **_margin_errors(code(*coders, attribute), weights),
            "design_effect": effect,
            "effective_sample_size": len(personas) / effect,
        }
        for attribute in CONTROLS
    )


def _margin_errors(coded: Coded, weights: np.ndarray) -> dict[str, Any]:
    target = shares(coded.population, len(coded.names), weights)
    errors = np.abs(shares(coded.personas, len(coded.names)) - target)
    there = target > 0
    return {
        "n_levels": int(there.sum()),
        "mean_margin_error": float(errors.sum() / there.sum()),
        "largest_margin_error": min(float(errors.max()), 1.0),
        "largest_level": coded.names[int(errors.argmax())],
    }


def _design_effect(personas: pd.DataFrame, people: Everybody, weights: np.ndarray) -> float:
    """1 + cv² of survey weight over weight in the draw, for each persona; how strata were rounded is left aside."""
    chosen = np.isin(people.ids, np.array(personas["person_id"].tolist(), dtype="S"))
    ratios = people.weight[chosen] / weights[chosen]
    by_id = pd.Series(ratios, index=[an_id.decode() for an_id in people.ids[chosen].tolist()])
    ratio = personas["person_id"].map(by_id).dropna().to_numpy(dtype=float)
    return float(np.mean(ratio**2) / np.mean(ratio) ** 2) if len(ratio) else 1.0
