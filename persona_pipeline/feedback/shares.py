"""How many of a persona's pairs are of each kind: train and test, seen and unseen, in the core and not."""

from dataclasses import dataclass

from persona_pipeline.errors import ConfigError
from persona_pipeline.schemas.feedback import ASSIGNMENTS

SHARES: dict[tuple[str, str], int] = {  # pairs of a persona by (question_type, data), PERSONA section 3.2
    ("seen", "train"): 100,
    ("seen", "test"): 50,
    ("unseen", "test"): 50,
}
CORE_SHARE = 4  # one pair in four, 50 of the paper's 200, is on a prompt that all personas answer


@dataclass(frozen=True)
class Sizes:
    """Of each persona.

    Args:
        pairs: by question_type, the core's included.
        core: those on prompts that all personas answer, by question_type.
        train: pairs to train on, all of them on seen prompts.
    """

    pairs: dict[str, int]
    core: dict[str, int]
    train: int

    @property
    def total(self) -> int:
        return sum(self.pairs.values())


def sizes_of(pairs_per_persona: int, core_prompts: int | None = None) -> Sizes:
    """The paper's shares, and a core of which half is held out, as far as a persona has as many held-out pairs.

    Args:
        core_prompts: None: a quarter of the pairs (50 of 200), and at least one.
    """
    counts = share_out(pairs_per_persona)
    pairs = {"seen": counts["seen", "train"] + counts["seen", "test"], "unseen": counts["unseen", "test"]}
    core = max(1, pairs_per_persona // CORE_SHARE) if core_prompts is None else core_prompts
    if not 0 <= core <= pairs_per_persona:
        raise ConfigError(
            f"core_prompts is {core}",
            where=ASSIGNMENTS.path,
            expected=f"0 to {pairs_per_persona}: the core is a part of a persona's pairs",
        )
    unseen = max(min(core // 2, pairs["unseen"]), core - pairs["seen"])
    return Sizes(pairs, {"seen": core - unseen, "unseen": unseen}, counts["seen", "train"])


def share_out(pairs_per_persona: int) -> dict[tuple[str, str], int]:
    """How many of a persona's pairs are of each kind: the paper's shares, by the largest remainder."""
    if pairs_per_persona < 1:
        raise ConfigError(f"pairs_per_persona is {pairs_per_persona}", where=ASSIGNMENTS.path, expected="1 or more")
    whole = sum(SHARES.values())
    counts = {kind: pairs_per_persona * share // whole for kind, share in SHARES.items()}
    left = pairs_per_persona - sum(counts.values())
    by_remainder = sorted(SHARES, key=lambda kind: -(pairs_per_persona * SHARES[kind] % whole))
    return {kind: count + (kind in by_remainder[:left]) for kind, count in counts.items()}
