"""The invented office: a pure, deterministic data set for demonstrations, tests and load runs."""
