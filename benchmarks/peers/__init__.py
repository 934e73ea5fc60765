"""One script per peer: the same work as benchmarks/throughput.py, in that system's own way and environment."""
