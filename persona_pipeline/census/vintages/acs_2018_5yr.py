"""ACS 2014 to 2018, 5-Year: RELP and no HHT2, as in 2018.

Decoded by the dictionary of its last year, in whose codes the Census Bureau publishes all five; not checked against a
whole file: a code that the codebook lacks is an error that names it.
"""

from persona_pipeline.census.vintages import SERVER, Vintage, register

register(
    Vintage(
        name="2018-5yr",
        year=2018,
        url=f"{SERVER}/2018/5-Year",
        codebook="2018",
        renames={"state": "ST", "relationship": "RELP"},
        household_type=("HHT",),
    )
)
