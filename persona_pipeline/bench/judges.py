"""Who may judge whom."""

from collections.abc import Sequence

from persona_pipeline.errors import ConfigError

ITSELF = "a model judges its own answers"


def admitted(judge: str, judged: Sequence[str], *, judge_itself: str, fix: str) -> str:
    """The judge, where one is named and is no model under test, or may be one; else raises ConfigError.

    Args:
        judged: the models under test.
        judge_itself: the words of ITSELF let the judge be one of them.
        fix: how to name another.
    """
    if judge == "" or (judge in judged and judge_itself != ITSELF):
        raise ConfigError(
            "no judge is named" if not judge else f"the judge '{judge}' is the model under test",
            where="PERSONA Bench",
            expected="a judge that is another model than the one it judges",
            fix=fix,
        )
    return judge
