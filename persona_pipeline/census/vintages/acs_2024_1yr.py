"""ACS 2024, 1-Year: more ancestries and languages than in 2023, and some fewer.

Every code of the 2024 person and household files of Wyoming, Vermont and the District of Columbia is in the codebook
(extracts of 38 person and 23 household columns: without ANC1P, LANP, POBP and RELSHIPP).
"""

from persona_pipeline.census.vintages import SERVER, Vintage, register

register(
    Vintage(
        name="2024-1yr",
        year=2024,
        url=f"{SERVER}/2024/1-Year",
        codebook="2024",
        renames={"relationship": "RELSHIPP"},
    )
)
