"""Static HTML for executives: opened by double click without any network, printed on A4.

The way of a number: `figures/` (rows of the published file) -> `charts/` (how it is drawn) -> `views/` (what a page
says) with `wording/` (ja, en) -> `site/` (files).

What does not belong here: any computation that changes a figure. Rates, intervals and hidden cells come from the
published file; nothing in this folder reads the warehouse, the landing, the settings or the clock.
"""
