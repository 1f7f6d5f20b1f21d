"""Small things that every room may use: days, eras, the calendar, durable files, progress, where shipped files lie.

Nothing here knows a dataset, a service, the warehouse or a page; nothing here imports another room (but errors.py).
"""
