"""The same measures on a real Spark cluster and on DuckDB. `make spark` runs only these."""
