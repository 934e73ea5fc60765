"""ACS 2019 to 2023, 5-Year: STATE instead of ST, as in 2023; areas of 2020 for the last years, of 2010 before.

Decoded by the dictionary of its last year, in whose codes the Census Bureau publishes all five; not checked against a
whole file: a code that the codebook lacks is an error that names it.
"""

from persona_pipeline.census.vintages import SERVER, Vintage, register

register(
    Vintage(
        name="2023-5yr",
        year=2023,
        url=f"{SERVER}/2023/5-Year",
        codebook="2023",
        renames={"relationship": "RELSHIPP", "puma": "PUMA20"},
        otherwise={"puma": "PUMA10"},
    )
)
