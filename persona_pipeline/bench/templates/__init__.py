"""Prompt templates of the benchmark."""
