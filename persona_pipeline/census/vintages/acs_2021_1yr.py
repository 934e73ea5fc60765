"""ACS 2021, 1-Year."""

from persona_pipeline.census.vintages import SERVER, Vintage, register

register(
    Vintage(
        name="2021-1yr",
        year=2021,
        url=f"{SERVER}/2021/1-Year",
        codebook="2021",
        renames={"state": "ST", "relationship": "RELSHIPP"},
    )
)
