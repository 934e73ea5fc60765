"""ACS 2022, 1-Year: the last with ST."""

from persona_pipeline.census.vintages import SERVER, Vintage, register

register(
    Vintage(
        name="2022-1yr",
        year=2022,
        url=f"{SERVER}/2022/1-Year",
        codebook="2022",
        renames={"state": "ST", "relationship": "RELSHIPP"},
    )
)
