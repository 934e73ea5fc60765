"""PERSONA Bench: a model's answers for personas, two critics' verdict on each, and scores per mode."""
