"""ACS 2018 to 2022, 5-Year: areas of 2020 for the last year, of 2010 before.

Compared with its own dictionary (ST, PUMA10, PUMA20, ADJINC's five factors, CIT, COW, ENG, FER, MAR, SCHL, ESR, DIS,
RELSHIPP, HHL, HHT, HHT2, FPARC, HUPARC, ANC1P, LANP, INDP, OCCP, POBP; of INDP and OCCP a part by its length only):
decoded as 2022, and codebooks/2022-5yr.csv names the further codes. Not checked against a whole file.
"""

from persona_pipeline.census.vintages import SERVER, Vintage, register

register(
    Vintage(
        name="2022-5yr",
        year=2022,
        url=f"{SERVER}/2022/5-Year",
        codebook="2022-5yr",
        renames={"state": "ST", "relationship": "RELSHIPP", "puma": "PUMA20"},
        otherwise={"puma": "PUMA10"},
    )
)
