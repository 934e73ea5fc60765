"""ACS 2017 to 2021, 5-Year.

Decoded by the dictionary of its last year, in whose codes the Census Bureau publishes all five; not checked against a
whole file: a code that the codebook lacks is an error that names it.
"""

from persona_pipeline.census.vintages import SERVER, Vintage, register

register(
    Vintage(
        name="2021-5yr",
        year=2021,
        url=f"{SERVER}/2021/5-Year",
        codebook="2021",
        renames={"state": "ST", "relationship": "RELSHIPP"},
    )
)
