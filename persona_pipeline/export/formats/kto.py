from persona_pipeline.export.formats import FORMATS, IDS, Format, says

SIDES = (
    f"[{{'completion': {says('assistant', 'chosen')}, 'label': true}}, "
    f"{{'completion': {says('assistant', 'rejected')}, 'label': false}}]"
)
KTO = FORMATS.register(
    "kto",
    Format(
        f"prompt_messages AS prompt, side.completion AS completion, side.label AS label, {IDS}",
        "TRL's unpaired preference format for KTOTrainer: each answer with true (chosen) or false (rejected).",
        source=f"(SELECT *, unnest({SIDES}) AS side FROM pairs)",
        order="pair_id, label DESC",
        rows_per_pair=2,
    ),
)
