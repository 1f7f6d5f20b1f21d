"""Figures: rows of the published file as one value and its state, by metric, department and period.

What does not belong here: drawing (charts/), sentences (views/), words (wording/).
"""
