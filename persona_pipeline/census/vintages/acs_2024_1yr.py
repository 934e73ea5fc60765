"""ACS 2024, 1-Year, decoded by the 2023 dictionary.

Every code of the 2024 person and household files of Wyoming, Vermont and the District of Columbia is in that dictionary
(extracts of 38 person and 23 household columns: without ANC1P, LANP, POBP and RELSHIPP, which remain unchecked).
"""

from persona_pipeline.census.vintages import SERVER, Vintage, register

register(
    Vintage(
        name="2024-1yr",
        year=2024,
        url=f"{SERVER}/2024/1-Year",
        codebook="2023",
        renames={"relationship": "RELSHIPP"},
    )
)
