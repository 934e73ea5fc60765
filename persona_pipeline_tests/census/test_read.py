import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from persona_pipeline.census import plain
from persona_pipeline.census.households import households
from persona_pipeline.census.recode import population
from persona_pipeline.census.sources import Extract
from persona_pipeline.census.vintages import VINTAGES
from persona_pipeline.errors import InputError, UnknownCodeError
from persona_pipeline.schemas.census import PERSONS
from persona_pipeline.seeds import content_id
from persona_pipeline_tests.census.extracts import (
    ALONE,
    V2018,
    V2023,
    csv_text,
    household,
    persons,
    persons_zip,
    read_household_records,
    read_persons,
    row,
    row_of,
    zipped,
)

V2022_5 = VINTAGES.get("2022-5yr")


def extract_of(tmp_path, text):
    return Extract((zipped(tmp_path / "csv_pwy.zip", {"psam_p56.csv": text}),))


def test_a_record_is_read_as_coded_under_our_names(tmp_path):
    person = persons(tmp_path, [row()]).iloc[0]
    assert person["person_id"] == content_id("person", "2018-1yr", "2018HU0000001", 1)
    assert (person["vintage"], person["source_file"], person["source_line"]) == ("2018-1yr", "psam_pwy.csv", 2)
    assert (person["state"], person["relationship"], person["anc1p"]) == ("56", "00", "032")
    assert (person["pwgtp"], person["adjinc"], person["pincp"]) == (100, 1013097, 60000)
    assert not person["synthetic"]


def test_columns_and_types_are_those_of_the_table(tmp_path):
    frame = persons(tmp_path, [row()])
    assert {c.name: c.dtype for c in PERSONS.columns} == {name: str(dtype) for name, dtype in frame.dtypes.items()}


def test_a_blank_is_null_not_text(tmp_path):
    person = persons(tmp_path, [row(ENG="", PINCP="", OCCP="  ")]).iloc[0]
    assert person["eng"] is None
    assert person["occp"] is None
    assert person.isna()["pincp"]


def test_codes_without_leading_zeros_get_them(tmp_path):
    person = persons(tmp_path, [row(SCHL="1", OCCP="10", ST="6", PUMA="100", SPORDER="1")]).iloc[0]
    assert (person["schl"], person["occp"], person["state"], person["puma"]) == ("01", "0010", "06", "00100")


def test_lines_are_counted_from_the_header(tmp_path):
    frame = persons(tmp_path, household({}, {"RELP": "01"}, {"RELP": "02", "AGEP": "20"}))
    assert frame["source_line"].tolist() == [2, 3, 4]


def test_all_members_of_a_national_file_are_read(tmp_path):
    text = {"psam_pusa.csv": csv_text([row()]), "psam_pusb.csv": csv_text([row(SERIALNO="2018HU0000002")])}
    frame = read_persons(Extract((zipped(tmp_path / "csv_pus.zip", text),)), V2018)
    assert frame[["source_file", "serialno"]].values.tolist() == [
        ["psam_pusa.csv", "2018HU0000001"],
        ["psam_pusb.csv", "2018HU0000002"],
    ]


def test_the_synthetic_label_is_read_from_the_serial_number(tmp_path):
    assert persons(tmp_path, [row(SERIALNO="2018HUSYN0001")])["synthetic"].tolist() == [True]


def test_header_names_are_read_in_either_case(tmp_path):
    text = csv_text([row()]).replace("SERIALNO", "serialno").replace("PWGTP", "pwgtp")
    assert len(read_persons(extract_of(tmp_path, "\ufeff" + text), V2018)) == 1


def test_missing_columns_are_all_named(tmp_path):
    extract = Extract((persons_zip(tmp_path, [row()], without=["ANC1P", "OCCP"]),))
    with pytest.raises(
        InputError, match=r"csv_pwy.zip/psam_pwy.csv: the columns OCCP, ANC1P are missing|ANC1P, OCCP are missing"
    ) as caught:
        read_persons(extract, V2018)
    assert "allow_missing" in str(caught.value)


def test_missing_columns_can_be_allowed_and_are_null(tmp_path):
    person = persons(tmp_path, [row()], without=["ANC1P", "ADJINC"]).iloc[0]
    assert person["anc1p"] is None
    assert person.isna()["adjinc"]
    assert person["occp"] == "3255"


@pytest.mark.parametrize("name", ["SERIALNO", "SPORDER", "ST", "PUMA", "PWGTP", "AGEP"])
def test_what_identifies_places_weighs_and_ages_a_person_is_always_needed(tmp_path, name):
    extract = Extract((persons_zip(tmp_path, [row()], without=[name]),))
    with pytest.raises(InputError, match=f"the column {name} is missing"):
        read_persons(extract, V2018, allow_missing=True)


def test_another_vintages_columns_are_missing(tmp_path):
    with pytest.raises(InputError, match=r"the columns STATE, RELSHIPP are missing"):
        read_persons(Extract((persons_zip(tmp_path, [row()]),)), V2023)


def test_another_years_serial_numbers_are_refused(tmp_path):
    text = csv_text([row(SERIALNO="2019HU0000001")])
    with pytest.raises(InputError, match=r"line 2: SERIALNO 2019HU0000001 is of 2019, the vintage chosen is 2018-1yr"):
        read_persons(extract_of(tmp_path, text), V2018)


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"psam_p56.csv: it is no CSV file with a header"):
        read_persons(extract_of(tmp_path, ""), V2018)


def test_a_header_alone_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"psam_p56.csv: it has a header and no rows"):
        read_persons(extract_of(tmp_path, csv_text([])), V2018)


def test_a_person_twice_is_refused_with_both_places(tmp_path):
    text = csv_text([row(), row(SERIALNO="2018HU0000002"), row()])
    with pytest.raises(InputError, match=r"psam_p56.csv line 4: the same SERIALNO and SPORDER .* psam_p56.csv line 2"):
        read_persons(extract_of(tmp_path, text), V2018)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("PWGTP", "many", "a whole number from 0"),
        ("PWGTP", "-3", "a whole number from 0"),
        ("PWGTP", "1.5", "a whole number from 0"),
        ("AGEP", "forty", "a whole number from 0 to 120"),
        ("AGEP", "121", "a whole number from 0 to 120"),
        ("PINCP", "1e5", "a whole number"),
        ("SPORDER", "0", "a whole number from 1 to 20"),
    ],
)
def test_a_number_that_is_none_is_named_with_its_place(tmp_path, column, value, expected):
    rows = [row(), row(SERIALNO="2018HU0000002", **{column: value})]
    with pytest.raises(InputError, match=rf"psam_pwy.csv line 3, column {column}: {column} is '{value}'") as caught:
        persons(tmp_path, rows)
    assert f"expected {expected}" in str(caught.value)


def test_a_blank_weight_is_no_zero(tmp_path):
    with pytest.raises(InputError, match="line 2, column PWGTP: PWGTP is blank; expected a whole number from 0"):
        persons(tmp_path, [row(PWGTP="")])


def test_an_unknown_code_names_its_place_and_the_codebook(tmp_path):
    rows = [row(), row(SERIALNO="2018HU0000002", SEX="3"), row(SERIALNO="2018HU0000003", SEX="3")]
    with pytest.raises(
        UnknownCodeError, match=r"psam_pwy.csv line 3, column SEX: SEX is '3' \(and 1 more like it\)"
    ) as caught:
        persons(tmp_path, rows)
    assert "expected one of 1, 2 and never a blank" in str(caught.value)
    assert "add the code to persona_pipeline/census/codebooks/2018.csv" in str(caught.value)


def test_a_blank_where_the_dictionary_has_none_is_unknown(tmp_path):
    with pytest.raises(UnknownCodeError, match="line 2, column MAR: MAR is blank; expected one of 1, 2, 3, 4, 5"):
        persons(tmp_path, [row(MAR="")])


def test_the_file_is_named_by_the_variable_of_its_vintage(tmp_path):
    with pytest.raises(UnknownCodeError, match="column ST: ST is '99'"):
        persons(tmp_path, [row(ST="99")])


def test_a_file_in_another_encoding_is_refused(tmp_path):
    with pytest.raises(InputError, match="it is no CSV file with a header"):
        read_persons(extract_of(tmp_path, csv_text([row()]).encode("utf-16")), V2018)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(column=st.sampled_from(list(ALONE)), value=st.text(max_size=6))
def test_any_value_is_read_or_refused_as_input(tmp_path, column, value):
    text = csv_text([row(**{column: value})])
    with contextlib.suppress(InputError):
        assert read_persons(extract_of(tmp_path, text), V2018)["pwgtp"].notna().all()


def test_a_line_that_is_no_record_is_refused_because_lines_would_be_miscounted(tmp_path):
    text = csv_text([row(), row(SERIALNO="2018HU0000002")])
    for wrong in (
        text.replace("\nP,2018HU0000002", "\n\nP,2018HU0000002"),
        text.replace("2018HU0000002", '"2018HU\n002"'),
    ):
        with pytest.raises(
            InputError, match=r"psam_p56.csv( line \d|: its 3 lines below the header hold|: it is no CSV)"
        ):
            read_persons(extract_of(tmp_path, wrong), V2018)


def test_a_row_with_too_few_values_is_refused(tmp_path):
    with pytest.raises(InputError, match="it is no CSV file with a header"):
        read_persons(extract_of(tmp_path, csv_text([row()]) + "P,2018HU0000002\n"), V2018)


def test_lines_may_end_as_on_windows_and_the_last_one_not_at_all(tmp_path):
    text = csv_text([row(), row(SERIALNO="2018HU0000002")]).replace("\n", "\r\n")
    frame = read_persons(extract_of(tmp_path, text.rstrip()), V2018)
    assert frame["source_line"].tolist() == [2, 3]


def test_a_file_that_has_to_be_put_right_gives_the_same_rows_as_one_that_has_not(tmp_path):
    """The second file is read value by value, because one code lacks its leading zero."""
    rows = household({}, {"RELP": "02", "AGEP": "7", "SCHL": "05"}, {"RELP": "02", "AGEP": "9", "SCHL": "06"})
    plain = read_persons(extract_of(tmp_path, csv_text(rows)), V2018)
    padded = read_persons(extract_of(tmp_path, csv_text([*rows[:2], rows[2] | {"SCHL": " 6"}])), V2018)
    assert plain.to_dict("records") == padded.to_dict("records")


def five_years(tmp_path, *rows):
    """Rows of the 2022 5-Year file, which has each person's area by one of two definitions."""
    said = [row_of(V2022_5) | changes for changes in rows]
    return read_persons(extract_of(tmp_path, csv_text(said, list(said[0]))), V2022_5)


def test_quoted_headers_and_values_are_read_as_what_they_quote(tmp_path):
    given = csv_text([row(), row(SERIALNO="2018HU0000002", AGEP="9")])
    quoted = "\n".join(",".join(f'"{value}"' for value in line.split(",")) for line in given.splitlines()) + "\n"
    only_header = "\n".join([quoted.splitlines()[0], *given.splitlines()[1:]]) + "\n"
    expected = read_persons(extract_of(tmp_path, given), V2018).to_dict("records")
    for text in (quoted, only_header):
        assert read_persons(extract_of(tmp_path, text), V2018).to_dict("records") == expected


def test_a_number_that_only_some_parsers_read_is_refused(tmp_path):
    for value in ("0x1A", "+5", "1_0", "9" * 13):
        with pytest.raises(InputError, match=r"line 2, column PINCP: PINCP is '"):
            read_persons(extract_of(tmp_path, csv_text([row(PINCP=value)])), V2018)


@pytest.mark.parametrize("piece", [60, 1 << 20])
def test_a_file_read_in_pieces_is_the_same_file(tmp_path, monkeypatch, piece):
    rows = household({}, {"RELP": "02", "AGEP": "7"}, {"RELP": "02", "AGEP": "9"}, {"RELP": "02", "AGEP": "11"})
    monkeypatch.setattr(plain, "PIECE", piece)
    frame = read_persons(extract_of(tmp_path, csv_text(rows)), V2018)
    assert frame["agep"].tolist() == [43, 7, 9, 11]
    assert frame["source_line"].tolist() == [2, 3, 4, 5]


def test_five_years_hold_serial_numbers_of_each_and_adjust_income_by_each(tmp_path):
    frame = five_years(
        tmp_path,
        {"SERIALNO": "2018HU0000001", "ADJINC": "1186000", "PUMA20": "-0009", "PUMA10": "00200"},
        {"SERIALNO": "2022HU0000001", "ADJINC": "1010000"},
    )
    people = population(frame, households(frame, None, V2022_5), V2022_5)
    assert people["income"].tolist() == [71160, 60600]  # 60,000 × 1.186 and × 1.01
    assert frame["puma"].tolist() == ["00200", "00100"]


def test_five_years_hold_no_serial_number_of_a_sixth(tmp_path):
    with pytest.raises(InputError, match=r"2017HU0000001 is of 2017, the vintage chosen is 2022-5yr; .* 2018 to 2022"):
        five_years(tmp_path, {"SERIALNO": "2017HU0000001"})


def test_serial_numbers_before_2018_are_digits_only(tmp_path):
    frame = five_years(tmp_path, {"SERIALNO": "2018000000024"})
    assert frame["serialno"].tolist() == ["2018000000024"]


def households_zip(tmp_path, text):
    return Extract((persons_zip(tmp_path, [row()]),), (zipped(tmp_path / "csv_hwy.zip", {"psam_h56.csv": text}),))


def test_without_household_zips_there_are_no_records(tmp_path):
    assert read_household_records(Extract((persons_zip(tmp_path, [row()]),)), V2018) is None


def test_household_records_keep_codes_and_tell_blank_from_absent(tmp_path):
    text = "SERIALNO,HHT,HHL\n2018HU0000001,6,1\n2018GQ0000002,,\n"
    records = read_household_records(households_zip(tmp_path, text), V2018, allow_missing=True)
    assert records.to_dict("records") == [
        {"serialno": "2018HU0000001", "HHT": "6", "HHL": "1", "FPARC": None},
        {"serialno": "2018GQ0000002", "HHT": "", "HHL": "", "FPARC": None},
    ]


def test_a_household_file_without_our_variables_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"psam_h56.csv: the columns HHL, FPARC are missing"):
        read_household_records(households_zip(tmp_path, "SERIALNO,HHT\n2018HU0000001,6\n"), V2018)


def test_a_household_twice_is_refused(tmp_path):
    text = "SERIALNO,HHT,HHL,FPARC\n2018HU0000001,6,1,\n2018HU0000001,6,1,\n"
    with pytest.raises(InputError, match=r"psam_h56.csv line 3: the same SERIALNO \(2018HU0000001\)"):
        read_household_records(households_zip(tmp_path, text), V2018)


def test_an_unknown_household_code_is_named(tmp_path):
    text = "SERIALNO,HHT,HHL,FPARC\n2018HU0000001,9,1,\n"
    with pytest.raises(UnknownCodeError, match="line 2, column HHT: HHT is '9'"):
        read_household_records(households_zip(tmp_path, text), V2018)
