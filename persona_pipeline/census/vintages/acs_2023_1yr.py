"""ACS 2023, 1-Year: the first with STATE instead of ST, and with the 2022 industry codes."""

from persona_pipeline.census.vintages import SERVER, Vintage, register

register(
    Vintage(
        name="2023-1yr",
        year=2023,
        url=f"{SERVER}/2023/1-Year",
        codebook="2023",
        renames={"relationship": "RELSHIPP"},
    )
)
