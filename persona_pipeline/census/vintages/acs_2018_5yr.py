"""ACS 2014 to 2018, 5-Year: RELP and no HHT2, as in 2018.

Compared with its own dictionary (ST, PUMA, ADJINC's five factors, CIT, COW, ENG, FER, MAR, MIL, SCHL, RELP, HHL, HHT,
FPARC, HUPARC, ANC1P, LANP, INDP, OCCP, POBP, RAC1P; of INDP and OCCP a part by its length only): decoded as 2018, and
codebooks/2018-5yr.csv names the further codes. Not checked against a whole file.
"""

from persona_pipeline.census.vintages import SERVER, Vintage, register

register(
    Vintage(
        name="2018-5yr",
        year=2018,
        url=f"{SERVER}/2018/5-Year",
        codebook="2018-5yr",
        renames={"state": "ST", "relationship": "RELP"},
        household_type=("HHT",),
    )
)
