"""Prompts: from every source's candidates to the ones that many kinds of people would answer differently."""
