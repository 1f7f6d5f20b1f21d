"""Katsuyo: how much chat, web meetings, telework and file exchange are really used, department by department.

Data move one way only, and each step reads nothing but the stored output of the one before:

    sources (fetch) -> landing (land) -> warehouse (load, model, publish) -> pages (render)

`ingest` decides which answers to ask for, `privacy` says what may be kept and shown, `assets` and `orchestration` show
the steps to Dagster, `commands` to people; `simulator` is a ward to try them on. What everybody knows by name stands
here: cli, definitions, settings, errors, metrics.
"""
