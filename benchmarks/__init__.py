"""What the integration costs, measured beside its peers: see docs/benchmarks.md."""
