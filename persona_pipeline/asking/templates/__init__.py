"""Prompt templates that several stages share."""
