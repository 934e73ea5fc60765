"""What fits beside a bar."""

from persona_pipeline.cli.terminal import as_many_as_fit
from persona_pipeline.progress import Figures


def test_what_matters_most_stays_when_there_is_little_room():
    parts = [*Figures(per_s=312.4, left_s=620, cost_usd=12.34, retries=17).parts, "1,204 from the ledger"]
    assert as_many_as_fit(parts, 80) == "312/s · 10:20 left · $12.34 · 17 retries · 1,204 from the ledger"
    assert as_many_as_fit(parts, 28) == "312/s · 10:20 left · $12.34"
    assert as_many_as_fit(parts, 4) == ""
