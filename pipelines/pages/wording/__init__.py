"""Wording: every text of the pages in Japanese and English, and how numbers and dates are written.

What does not belong here: when a sentence may be said (views/findings.py).
"""
