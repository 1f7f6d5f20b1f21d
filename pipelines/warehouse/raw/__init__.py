"""Load: accepted revisions of the landing become the tables raw.*, as text, and the calendar and rules beside them.

What does not belong here: types and meaning of columns (sql/staging), which answers to ask for (ingest/).
"""
