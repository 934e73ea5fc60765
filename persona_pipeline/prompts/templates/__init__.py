"""What the prompts stage asks models."""
