from persona_pipeline.schemas.chat import Message
from persona_pipeline.simulation.tags import lines_of, tagged, task_of


def test_the_task_is_a_line_of_its_own_in_the_system_message() -> None:
    assert task_of([Message("system", "Task: judge\nYou are …"), Message("user", "Task: answer")]) == "judge"
    assert task_of([Message("system", "The Task: judge"), Message("user", "Task: answer")]) is None


def test_values_stand_between_tags_on_lines_of_their_own() -> None:
    text = "<persona>\nage: 4\nsex: Male\n</persona>\n<question>\nIs <b> bold?\n</question>\n<empty>\n</empty>"
    expected = {"persona": "age: 4\nsex: Male", "question": "Is <b> bold?", "empty": ""}
    assert tagged([Message("system", "Read <persona>"), Message("user", text)]) == expected


def test_attributes_go_by_name() -> None:
    lines = lines_of("Place of birth: Wyoming/WY\nbig five scores: Openness: High, Extraversion: Low\nno colon")
    assert lines == {"place_of_birth": "Wyoming/WY", "big_five_scores": "Openness: High, Extraversion: Low"}
