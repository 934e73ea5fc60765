from persona_pipeline.export.formats import FORMATS, Format

PERSONA = FORMATS.register(
    "persona",
    Format(
        "persona, prompt AS instruction, rejected AS original, critique, chosen AS data, "
        'question_type AS "question type"',
        "The flat columns of the released PERSONA data; `data` holds the revised answer.",
        file_types=("csv", "jsonl", "parquet"),
    ),
)
