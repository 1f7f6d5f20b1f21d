"""Charts: Plotly figures from plain numbers and labels; the look of all of them is in parts.py.

What does not belong here: which figures are drawn (views/), the published file, words (they are handed in).
"""
