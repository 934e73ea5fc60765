"""ACS 2015 to 2019, 5-Year.

Compared with its own dictionary (ST, PUMA, ADJINC's five factors, CIT, COW, ENG, FER, MAR, MIL, SCHL, RELSHIPP, HHL,
HHT, HHT2, FPARC, HUPARC, ANC1P, LANP, INDP, OCCP, POBP, RAC1P; of INDP and OCCP a part by its length only): decoded as
2019, and codebooks/2019-5yr.csv names the further codes. Not checked against a whole file.
"""

from persona_pipeline.census.vintages import SERVER, Vintage, register

register(
    Vintage(
        name="2019-5yr",
        year=2019,
        url=f"{SERVER}/2019/5-Year",
        codebook="2019-5yr",
        renames={"state": "ST", "relationship": "RELSHIPP"},
    )
)
