"""The splits that exports have: what to train on, and four tests of whether it carries over."""

SPLITS = {
    "train": "train personas, train prompts",
    "test": "train personas, train prompts, pairs kept from training",
    "test_new_prompts": "train personas, held-out prompts",
    "test_new_personas": "held-out personas, train prompts",
    "test_new_both": "held-out personas, held-out prompts",
}

SPLIT_SQL = """CASE
    WHEN persona_split = 'test' AND question_type = 'unseen' THEN 'test_new_both'
    WHEN persona_split = 'test' THEN 'test_new_personas'
    WHEN question_type = 'unseen' THEN 'test_new_prompts'
    WHEN data = 'test' THEN 'test'
    ELSE 'train' END"""
"""Which split a row of feedback.preference_pairs belongs to."""
