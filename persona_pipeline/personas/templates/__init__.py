"""Prompt templates of the personas stage."""
