"""Static HTML for executives: opened by double click without any network, printed on A4.

The way of a number: `queries` (published file -> tables) -> `cells` (one figure and its state) -> `findings` (what may
be said of it) and `charts` (how it is drawn) -> `panels`, `sections`, `views` (what one page shows) -> `site` (files).

What does not belong here: any computation that changes a figure. Rates, intervals and hidden cells come from the
published file; nothing in this folder reads the warehouse, the landing, the settings or the clock.
"""
