"""ACS 2017 to 2021, 5-Year.

Compared with its own dictionary (ST, PUMA, ADJINC's five factors, CIT, COW, ENG, FER, MAR, SCHL, ESR, DIS, RELSHIPP,
HHL, HHT, HHT2, FPARC, HUPARC, ANC1P, LANP, INDP, OCCP, POBP; of INDP and OCCP a part by its length only): decoded as
2021, and codebooks/2021-5yr.csv names the further codes. Not checked against a whole file.
"""

from persona_pipeline.census.vintages import SERVER, Vintage, register

register(
    Vintage(
        name="2021-5yr",
        year=2021,
        url=f"{SERVER}/2021/5-Year",
        codebook="2021-5yr",
        renames={"state": "ST", "relationship": "RELSHIPP"},
    )
)
