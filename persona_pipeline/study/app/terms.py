"""What raters are told and asked for; it can be changed while a study runs."""

from dataclasses import dataclass

from persona_pipeline.errors import ConfigError
from persona_pipeline.seeds import content_hash

MAX_REASON = 2000


@dataclass(frozen=True)
class Terms:
    """What raters are told and asked for.

    Args:
        title: the study's name, on top of every page.
        contact: whom raters write to, about the study or to have their answers deleted.
        information: what the consent page says besides the standard text; paragraphs are separated by an empty line.
        minutes: how long it takes, as told on the consent page.
        min_reason: the least number of characters of a reason.
        completion_code: what a rater is given at the end, to hand in at Prolific.
    """

    title: str = "Choosing answers for somebody else"
    contact: str = ""
    information: str = ""
    minutes: int = 20
    min_reason: int = 20
    completion_code: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.min_reason <= MAX_REASON // 2:
            raise ConfigError(
                f"a reason of at least {self.min_reason} characters", expected=f"from 0 to {MAX_REASON // 2}"
            )

    @property
    def paragraphs(self) -> list[str]:
        return [" ".join(part.split()) for part in self.information.split("\n\n") if part.strip()]

    @property
    def content_hash(self) -> str:
        """Which terms a rater consented to."""
        return content_hash(self.title, self.contact, self.information, self.minutes)
