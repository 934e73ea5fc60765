"""Prompts that this project labelled by hand, clear ones and hard ones, each with a why: to measure classifiers."""
