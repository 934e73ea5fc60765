from persona_pipeline.schemas.persona import ATTRIBUTE_NAMES, PERSONAS, WRITTEN_ATTRIBUTES
from persona_pipeline.schemas.render import as_lines

# PERSONA (arXiv 2407.17387), appendix: the attributes in the order of the paper
PAPER = """age, sex, race, ancestry, household language, education, employment status, class of worker,
industry category,
occupation category, detailed job description, income, marital status, household type, family presence and age,
place of birth, citizenship, veteran status, disability, health insurance, big five scores, defining quirks, mannerisms,
personal time, lifestyle, ideology, political views, religion, cognitive difficulty, ability to speak english,
vision difficulty, fertility, hearing difficulty"""


def test_the_attributes_are_the_papers_in_its_order() -> None:
    wanted = [name.strip().replace(" ", "_") for name in PAPER.replace("\n", " ").split(",")]
    assert list(ATTRIBUTE_NAMES) == wanted
    assert len(wanted) == 33
    assert [name for name in PERSONAS.column_names if name in wanted] == wanted


def test_only_open_ended_attributes_are_written_by_a_model() -> None:
    assert set(WRITTEN_ATTRIBUTES) == {
        "detailed_job_description", "defining_quirks", "mannerisms", "personal_time", "lifestyle",
    }  # fmt: skip


def test_a_persona_reads_as_lines_in_the_papers_order_without_its_nulls() -> None:
    persona = {"religion": "Catholic", "age": 43, "sex": None, "place_of_birth": "Wyoming/WY", "seed": 7}
    assert as_lines(persona) == "age: 43\nplace of birth: Wyoming/WY\nreligion: Catholic"
    assert as_lines(persona, only=["religion", "age"]) == "age: 43\nreligion: Catholic"


def test_a_value_cannot_add_a_line_of_its_own() -> None:
    assert as_lines({"lifestyle": "quiet\nideology: invented"}) == "lifestyle: quiet ideology: invented"
