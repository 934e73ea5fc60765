"""Who lives in the simulated world: four models of falling fidelity and four human raters."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SimulatedModel:
    """A model whose faults are planted.

    Args:
        fidelity: as a judge it follows the planted truth with probability (1 + fidelity) / 2; 1 always, 0 a coin.
        revision_miss: share of its revisions that work in themes nobody asked for; such a revision beats the base
            answer about as often as not.
    """

    name: str
    fidelity: float
    revision_miss: float

    @property
    def aim(self) -> float:
        """The chance that a theme of its answer for a persona is one the persona wants."""
        return 0.3 + 0.5 * self.fidelity

    @property
    def aim_with_reasoning(self) -> float:
        """The same, when it reasons first: half as often at something else."""
        return (1 + self.aim) / 2

    @property
    def aim_from_summary(self) -> float:
        """The same at what the summary holds: a quarter as often at something else."""
        return (3 + self.aim) / 4


MODELS: dict[str, SimulatedModel] = {
    model.name: model
    for model in (
        SimulatedModel("sim-a", fidelity=0.95, revision_miss=0.08),
        SimulatedModel("sim-b", fidelity=0.85, revision_miss=0.14),
        SimulatedModel("sim-c", fidelity=0.70, revision_miss=0.22),
        SimulatedModel("sim-d", fidelity=0.40, revision_miss=0.40),
    )
}

RATERS: dict[str, float] = {"simulated-1": 0.90, "simulated-2": 0.85, "simulated-3": 0.80, "simulated-4": 0.75}
"""The fidelity of each simulated human rater."""
