from persona_pipeline.export.formats import FORMATS, IDS, Format, says

TRL = FORMATS.register(
    "trl",
    Format(
        f"prompt_messages AS prompt, {says('assistant', 'chosen')} AS chosen, "
        f"{says('assistant', 'rejected')} AS rejected, {IDS}",
        "TRL's conversational preference format with an explicit prompt, for DPOTrainer and its kin.",
    ),
)
