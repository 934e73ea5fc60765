import pytest

from persona_pipeline.simulation.enrichment import enriched

CUES = "quirk: hums while cooking\nmannerism: nods a lot\npastime: Brewing beer\ncore values: honesty, kin"


def test_the_cues_are_taken_up() -> None:
    found = enriched("age: 43", CUES)
    assert found["defining_quirks"] == "Hums while cooking."
    assert found["mannerisms"] == "Nods a lot."
    assert found["personal_time"] == "Free hours go to brewing beer."
    assert "honesty, kin" in str(found["lifestyle"])


def test_without_an_occupation_there_is_no_job_description() -> None:
    assert enriched("age: 43", CUES)["detailed_job_description"] is None


def test_a_job_is_described_in_the_census_terms() -> None:
    persona = "age: 43\nindustry category: FIN-Banking\noccupation category: MGR-Chief Executives"
    job = enriched(persona, CUES)["detailed_job_description"]
    assert job is not None
    assert "chief executives" in job
    assert "banking" in job


@pytest.mark.parametrize("age", [0, 3, 7, 12])
def test_a_child_does_not_get_a_grown_up_pastime(age: int) -> None:
    found = enriched(f"age: {age}", CUES)
    assert "beer" not in str(found["personal_time"])
    assert "week and guards" not in str(found["lifestyle"])


def test_missing_cues_are_no_obstacle() -> None:
    assert all(enriched("", "")[name] for name in ("defining_quirks", "mannerisms", "personal_time", "lifestyle"))
