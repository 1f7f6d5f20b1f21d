"""Charts: Plotly figures from plain numbers and texts: `line_charts`, `bar_charts`, made of `parts`, `labels`, `style`.

What does not belong here: which figures are drawn (views/), reading the published file, words (they are handed in).
"""
