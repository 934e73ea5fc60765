"""Model calls: providers that answer one request, a runner that asks many, a ledger that forgets none."""
