import pytest

from persona_pipeline.errors import GateError
from persona_pipeline.schemas.fields import Row, column, columns_of
from persona_pipeline.schemas.tables import Table, table


class Sample(Row):
    sample_id: str = column("Its id.")
    count: int | None = column("How many.")
    share: float | None = column("What share.")
    kept: bool | None = column("Whether it was kept.")


SAMPLES = Table("lab", "samples", columns_of(Sample), ("sample_id",), "Samples.")


def test_rows_become_a_typed_frame_in_which_null_stays_apart_from_zero_and_empty() -> None:
    frame = SAMPLES.frame(
        [
            {"sample_id": "", "count": 0, "share": 0.0, "kept": False},
            {"sample_id": "b", "count": None, "share": None, "kept": None},
        ]
    )
    assert frame["count"].dtype == "Int64"
    assert frame["share"].dtype == "Float64"
    assert frame["kept"].dtype == "boolean"
    assert frame["count"].isna().tolist() == [False, True]
    assert frame["sample_id"].tolist() == ["", "b"]


def test_no_rows_still_have_columns_and_types() -> None:
    assert SAMPLES.frame().columns.tolist() == ["sample_id", "count", "share", "kept"]
    assert SAMPLES.frame()["count"].dtype == "Int64"


def test_columns_are_put_in_order_and_the_index_starts_at_zero() -> None:
    turned = SAMPLES.frame([{"sample_id": "a"}, {"sample_id": "b"}])[["share", "kept", "count", "sample_id"]].iloc[::-1]
    assert SAMPLES.conform(turned).columns.tolist() == ["sample_id", "count", "share", "kept"]
    assert SAMPLES.conform(turned).index.tolist() == [0, 1]
    assert SAMPLES.conform(turned)["sample_id"].tolist() == ["b", "a"]


def test_missing_and_unknown_columns_are_named() -> None:
    wrong = SAMPLES.frame().drop(columns="share").assign(extra=1)
    with pytest.raises(GateError, match=r"lab\.samples: columns do not fit: missing \['share'\], unknown \['extra'\]"):
        SAMPLES.conform(wrong)


@pytest.mark.parametrize(
    ("name", "value", "sql_type"), [("count", "many", "BIGINT"), ("count", 1.5, "BIGINT"), ("sample_id", 3, "VARCHAR")]
)
def test_a_value_of_another_type_is_named(name: str, value: object, sql_type: str) -> None:
    frame = SAMPLES.frame([{"sample_id": "a"}]).astype(object).assign(**{name: [value]})
    with pytest.raises(GateError, match=f"the column {name} holds a value that is no {sql_type}"):
        SAMPLES.conform(frame)


def test_a_key_has_to_be_of_the_tables_own_columns() -> None:
    with pytest.raises(TypeError, match="unknown key"):
        table("lab", "keyless", columns_of(Sample), key=("nothing",), description="No key.")
