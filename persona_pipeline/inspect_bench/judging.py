"""Who judges: named, and none of the models under test unless that is allowed in words."""

from inspect_ai.model import Model, get_model

from persona_pipeline.errors import ConfigError
from persona_pipeline.resources.chat import ITSELF

ROLE = "judge"


def judge_named(name: str, judge_itself: str) -> Model:
    """The model named, or the one in the role `judge`; refused where there is none or it is the model under test.

    To be called while a sample is worked on: before, inspect knows neither roles nor, always, the model.
    """
    judge: Model | None = get_model(name) if name else get_model(role=ROLE, default="none/none")
    refuse("" if str(judge) == "none/none" else str(judge), str(get_model()), judge_itself)
    assert judge is not None
    return judge


def refuse(judge: str, judged: str, judge_itself: str) -> None:
    """Raises ConfigError where a judge may not judge this model."""
    if judge_itself not in ("", ITSELF):
        raise ConfigError(
            f"judge_itself is '{judge_itself}'", where="persona_bench", expected=f"nothing, or '{ITSELF}'"
        )
    if not judge or (judge == judged and judge_itself != ITSELF):
        raise ConfigError(
            f"the judge '{judge}' is the model under test" if judge else "no judge is named",
            where="persona_bench",
            expected="a judge that is another model than the one it judges",
            fix="Name one with -T judge=PROVIDER/MODEL or --model-role judge=PROVIDER/MODEL.",
        )
