"""Benchmarks: each measures Bilan and something to compare it with in one run; `make bench` writes the table."""
