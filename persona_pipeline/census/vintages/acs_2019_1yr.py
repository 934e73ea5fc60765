"""ACS 2019, 1-Year: the first with RELSHIPP and HHT2."""

from persona_pipeline.census.vintages import SERVER, Vintage, register

register(
    Vintage(
        name="2019-1yr",
        year=2019,
        url=f"{SERVER}/2019/1-Year",
        codebook="2019",
        renames={"state": "ST", "relationship": "RELSHIPP"},
    )
)
