"""ACS 2017, 1-Year: ST, RELP and no HHT2, as in 2018, but the 2010 occupation and 2012 industry codes.

Serial numbers are 13 digits; group quarters are known by the relationship. Not checked against a whole file, only
against the official dictionary: a code that the codebook lacks is an error that names it.
"""

from persona_pipeline.census.vintages import SERVER, Vintage, register

register(
    Vintage(
        name="2017-1yr",
        year=2017,
        url=f"{SERVER}/2017/1-Year",
        codebook="2017",
        renames={"state": "ST", "relationship": "RELP"},
        household_type=("HHT",),
    )
)
