"""Fetch: questions to the services and the organisation's own files, answered in raw bytes.

Nothing here knows Dagster, DuckDB or the landing. A source returns an `Answer` or raises;
it never returns "empty" on error.
"""
