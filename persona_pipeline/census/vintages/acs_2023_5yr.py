"""ACS 2019 to 2023, 5-Year: STATE instead of ST, as in 2023, and one PUMA, of 2020 for all five years.

Compared with its own dictionary (STATE, PUMA, ADJINC's five factors, CIT, COW, ENG, FER, MAR, MIL, SCHL, HICOV,
RELSHIPP, HHL, HHT, HHT2, HUPARC, ANC1P, LANP, INDP, OCCP, POBP; of OCCP a part by its length only): the codes are those
of 2023, so its codebook decodes it. Not checked against a whole file.
"""

from persona_pipeline.census.vintages import SERVER, Vintage, register

register(
    Vintage(
        name="2023-5yr",
        year=2023,
        url=f"{SERVER}/2023/5-Year",
        codebook="2023",
        renames={"relationship": "RELSHIPP"},
    )
)
