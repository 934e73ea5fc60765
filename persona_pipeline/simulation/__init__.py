"""An invented world with planted, documented effects: what simulated models and simulated raters answer from.

Nothing in it is a claim about people or about real models. What is planted, and what recovers it:

| planted | where | recovered by |
|---|---|---|
| fidelity of models: 0.95, 0.85, 0.70, 0.40 | `MODELS`, `choose` | kappa of two judges on balanced items: the product |
| fidelity of human raters: 0.90, 0.85, 0.80, 0.75 | `RATERS` | likewise, human with human, human with model |
| influence of each attribute: 1.00 to 0.04 | `INFLUENCE` | leave-one-out: the order of the attributes |
| a liked theme per attribute and value, by hash | `themes` | personas differ; who shares values agrees more |
| revisions that miss: 8, 14, 22, 40 % | `MODELS` | revisions truly preferred: about 96, 93, 89, 80 % |
| prompts that divide: 60 %, with cues 75 or 25 % | `answers` | share that the classifier keeps |
| verdicts on prompts that flip from draw to draw: 5 % | `answers` | flip rate: 1 − 0.95ⁿ⁻¹ for n draws |
| inconsistent profiles: 8.5 % | `answers` | share that the consistency check rejects |
| answers that reason or sum up first aim better | `MODELS` | accuracy per bench mode |
| summaries keep 16 attributes, by influence | `answers` | what summaries drop |
| answers that let on what is known: 36 % | `answers` | subtlety, of answers with a wanted theme |
| answers that need no revision: 5 % without persona | `answers` | accuracy per bench mode; with persona by fidelity |

docs/guides/simulated-model.md says more.
A reply's text says nothing of being simulated; its `simulated` field does.
"""

from persona_pipeline.simulation.answers import respond
from persona_pipeline.simulation.completion import FINGERPRINT, Completion, complete
from persona_pipeline.simulation.influence import INFLUENCE
from persona_pipeline.simulation.models import MODELS, RATERS, SimulatedModel
from persona_pipeline.simulation.world import choose, truth

__all__ = [
    "FINGERPRINT",
    "INFLUENCE",
    "MODELS",
    "RATERS",
    "Completion",
    "SimulatedModel",
    "choose",
    "complete",
    "respond",
    "truth",
]
