"""Benchmarks: what a step costs, as a ratio to a limit or a peer measured in the same run. No test asserts on them."""
