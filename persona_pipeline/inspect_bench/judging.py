"""The judge among inspect's models."""

from inspect_ai.model import Model, get_model

from persona_pipeline.bench.judges import admitted

ROLE = "judge"
NOBODY = "none/none"  # inspect's model that answers nothing
FIX = "Name one with -T judge=PROVIDER/MODEL or --model-role judge=PROVIDER/MODEL."


def judge_named(name: str, judge_itself: str) -> Model:
    """The model named, or the one in the role `judge`; refused where there is none or it is the model under test.

    To be called while a sample is worked on: before, inspect knows neither roles nor, always, the model.
    """
    judge: Model = get_model(name) if name else get_model(role=ROLE, default=NOBODY)
    said = "" if str(judge) == NOBODY else str(judge)
    admitted(said, [str(get_model())], judge_itself=judge_itself, fix=FIX)
    return judge
