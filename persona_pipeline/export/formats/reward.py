from persona_pipeline.export.formats import FORMATS, IDS, Format, says

REWARD = FORMATS.register(
    "reward",
    Format(
        f"prompt_messages || {says('assistant', 'chosen')} AS chosen, "
        f"prompt_messages || {says('assistant', 'rejected')} AS rejected, {IDS}",
        "TRL's preference format with an implicit prompt, for RewardTrainer: whole conversations.",
    ),
)
