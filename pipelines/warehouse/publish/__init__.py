"""Publish: disclosure control, then the files that all others read: the published file, its Parquet, the analysts'.

What does not belong here: how a figure is computed (sql/), the rules about small groups (privacy/), pages.
"""
