import pytest

from persona_pipeline.bench.intersections import crossed, intersections, matches, read_groups
from persona_pipeline.bench.intervals import Setting
from persona_pipeline.errors import ConfigError
from persona_pipeline_tests.bench.factories import run, verdict
from persona_pipeline_tests.feedback import factories

SETTING = Setting(1, 100)


@pytest.mark.parametrize(
    ("conditions", "numbers"),
    [
        ({"sex": "Female"}, [0, 2, 4]),
        ({"sex": "Female", "age": {"at_least": 22}}, [2, 4]),
        ({"age": {"at_least": 21, "at_most": 22}}, [1, 2]),
        ({"religion": ["Catholic", "Protestant"]}, [0, 1, 4]),
        ({"education": None}, [0, 1, 2, 3, 4]),
        ({"education": "Doctorate degree"}, []),
    ],
)
def test_all_conditions_of_a_group_hold_together(conditions, numbers):
    people = factories.personas(5)  # ages 20 to 24, women and men in turn, education unknown
    assert people.loc[matches(people, conditions, "g"), "persona_id"].tolist() == [f"persona-{n}" for n in numbers]


@pytest.mark.parametrize(
    "conditions",
    [
        {},
        {"shoe_size": 43},
        {"age": "old"},
        {"age": {"more_than": 3}},
        {"sex": {"at_least": 1}},
        {"sex": []},
        "age > 3; DROP TABLE x",
    ],
)
def test_anything_else_is_refused(conditions):
    with pytest.raises(ConfigError, match="group 'mine'"):
        matches(factories.personas(2), conditions, "mine")


def test_a_group_has_its_number_its_least_number_and_its_intervals():
    script = iter([verdict(n % 2 == 0) for n in range(30)])
    bench = run(lambda _: factories.said("Yes."), lambda _: next(script), n_items=30, modes=("persona",))
    groups = {"women": {"sex": "Female"}, "young men": {"sex": "Male", "age": {"at_most": 21}}, "nobody": {"age": 99}}
    rows = intersections(bench.answers, bench.critiques, bench.personas, groups, min_items=10, setting=SETTING)
    table = rows.set_index("group_name")
    assert table.index.tolist() == ["women", "young men"]  # nobody has no item
    assert table["n_items"].to_dict() == {"women": 18, "young men": 6}
    assert table.loc["women", "low"] <= table.loc["women", "accuracy"] <= table.loc["women", "high"]
    assert table.loc["young men", "reason"] == "insufficient: 6 items of 10"
    assert table["low"].isna().tolist() == [False, True]


def test_groups_come_from_a_file_or_from_crossing_attributes(tmp_path):
    file = tmp_path / "groups.yaml"
    file.write_text("older women:\n  sex: Female\n  age: {at_least: 50}\n")
    assert read_groups(file) == {"older women": {"sex": "Female", "age": {"at_least": 50}}}
    assert list(crossed(factories.personas(3), ["sex", "ideology"])) == [
        "Female × Conservative",
        "Female × Liberal",
        "Male × Moderate",
    ]
