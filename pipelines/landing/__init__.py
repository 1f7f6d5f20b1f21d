"""Land: what was answered, minimised, in files that are written once and kept for ever.

`manifest` is the record beside every file, `store` the folder, `intake` the way of one answer into it.
No Dagster, no DuckDB: the landing must be readable in twenty years with a Parquet reader and a text editor.
"""
