"""The lineage graph: each asset reads, computes, is admitted, and publishes one table."""
