"""Asking in batches: files of requests through an endpoint's Batch API, or through `vllm run-batch`."""
