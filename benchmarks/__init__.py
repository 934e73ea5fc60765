"""Measurements: each prints ratios against what the machine can do, in one run; none of them is a test."""
