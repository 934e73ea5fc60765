import numpy as np

from persona_pipeline.bench.intervals import Setting, Values, interval_of_share
from persona_pipeline.seeds import rng_for


def test_intervals_cover_the_truth_at_about_the_nominal_rate_when_personas_and_prompts_differ():
    """40 personas × 40 prompts, 2 items a persona: their effects make shares vary; 95 % intervals, 200 samples."""
    covered = 0
    for sample in range(200):
        rng = rng_for(sample, "coverage")
        persona, prompt = np.repeat(np.arange(40), 2), rng.integers(40, size=80)
        # uniform effects around 0.6 keep the chance in [0, 1], so that the truth is 0.6
        chance = 0.6 + rng.uniform(-0.2, 0.2, 40)[persona] + rng.uniform(-0.2, 0.2, 40)[prompt]
        passed = (rng.uniform(size=80) < chance).astype(float)
        ends = interval_of_share(Values(passed, persona.astype(str), prompt.astype(str)), Setting(1, 400))
        covered += ends.low <= 0.6 <= ends.high
    assert 0.90 <= covered / 200 <= 0.99


def test_where_all_items_are_alike_the_interval_still_has_a_width():
    # Wilson's for 0 of 10 reaches to 0.2775
    ends = interval_of_share(Values(np.zeros(20), [str(n // 2) for n in range(20)], ["q"] * 20), Setting(1, 100))
    assert ends.low == 0
    assert ends.high > 0.27
