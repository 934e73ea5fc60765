"""ACS 2018, 1-Year: state is ST, relationship is RELP, and there is no HHT2 yet."""

from persona_pipeline.census.vintages import SERVER, Vintage, register

register(
    Vintage(
        name="2018-1yr",
        year=2018,
        url=f"{SERVER}/2018/1-Year",
        codebook="2018",
        renames={"state": "ST", "relationship": "RELP"},
        household_type=("HHT",),
    )
)
