"""ACS 2018 to 2022, 5-Year: areas of 2020 for the last year, of 2010 before.

Decoded by the dictionary of its last year, in whose codes the Census Bureau publishes all five; not checked against a
whole file: a code that the codebook lacks is an error that names it.
"""

from persona_pipeline.census.vintages import SERVER, Vintage, register

register(
    Vintage(
        name="2022-5yr",
        year=2022,
        url=f"{SERVER}/2022/5-Year",
        codebook="2022",
        renames={"state": "ST", "relationship": "RELSHIPP", "puma": "PUMA20"},
        otherwise={"puma": "PUMA10"},
    )
)
