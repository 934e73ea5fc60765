"""How long the rules on prompts take, and that time grows with their number: 10,000 to 100,000 invented prompts.

    python -m benchmarks.prompts

Prints CPU seconds a rule; a tenth of the prompts are near duplicates of others, a twentieth exact ones.
"""

import time

import pandas as pd

from persona_pipeline.prompts.filtering import flags, in_order
from persona_pipeline.prompts.filters import FILTERS, RuleSettings
from persona_pipeline.schemas.prompt import CANDIDATES
from persona_pipeline.seeds import rng_for

SIZES = (10_000, 30_000, 100_000)
VOCABULARY = 30_000
NEAR, EXACT = 0.10, 0.05


def invented(count: int) -> pd.DataFrame:
    """Prompts of 6 to 30 words, words as unevenly common as in English (Zipf)."""
    rng = rng_for(1, "benchmark prompts")
    words = rng.zipf(1.3, size=count * 32) % VOCABULARY
    lengths, kinds = rng.integers(6, 31, size=count), rng.random(count)
    texts: list[str] = []
    for at in range(count):
        own = [f"term{word}" for word in words[at * 32 : at * 32 + lengths[at]]]
        if texts and kinds[at] < NEAR:
            texts.append(f"{texts[at // 2].removesuffix('?')} {own[0]}?")
        elif texts and kinds[at] < NEAR + EXACT:
            texts.append(texts[at // 2].upper())
        else:
            texts.append(f"{' '.join(own)}?")
    fixed = {"source": "test", "user_id": None, "conversation_type": None, "licence": "none"}
    fixed |= {"language": None, "provenance": None}
    ids = [f"p{at:07}" for at in range(count)]
    frame = pd.DataFrame({"prompt_id": ids, "source_id": ids, "text": texts})
    return CANDIDATES.conform(frame.assign(**fixed))


def main() -> None:
    FILTERS.get("near_duplicate")(invented(100))  # imports scikit-learn
    for size in SIZES:
        some = invented(size)
        print(f"{size:,} prompts")
        for rule in in_order():
            began = time.process_time()
            found = rule(some, RuleSettings())
            print(f"  {rule.name:<24}{time.process_time() - began:>8.2f} s  {len(found):>7,} found")
        began = time.process_time()
        flags(some)
        print(f"  {'all, in order':<24}{time.process_time() - began:>8.2f} s")


if __name__ == "__main__":
    main()
