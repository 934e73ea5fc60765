"""ACS 2015 to 2019, 5-Year.

Decoded by the dictionary of its last year, in whose codes the Census Bureau publishes all five; not checked against a
whole file: a code that the codebook lacks is an error that names it.
"""

from persona_pipeline.census.vintages import SERVER, Vintage, register

register(
    Vintage(
        name="2019-5yr",
        year=2019,
        url=f"{SERVER}/2019/5-Year",
        codebook="2019",
        renames={"state": "ST", "relationship": "RELSHIPP"},
    )
)
