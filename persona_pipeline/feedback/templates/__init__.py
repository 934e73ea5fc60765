"""Prompt templates of the feedback stage."""
