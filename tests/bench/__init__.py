"""Measurements that print ratios. Never part of a pass or fail on time: see `docs/benchmarks.md`."""
