"""Katsuyo: how much chat, web meetings, telework and file exchange are really used, department by department.

Data move one way only, and each step reads nothing but the stored output of the one before:

    sources (fetch) -> landing (land) -> warehouse (load, model, publish) -> pages (render)

`privacy` says what may be kept, `assets` shows the steps to Dagster and `cli` to people; `simulator` is a ward to try
them on.
"""
