"""The analytics store: typed tables of plain values, as Parquet, written from the journal; and what computes over it.

`contracts` says what a context hands over and what a measure is; `apart` runs what is heavy in a process of its own.
Nothing here imports ibis, duckdb or pyarrow, except `engines` and `parquet`, which are only imported apart.
"""
