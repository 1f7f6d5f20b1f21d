"""What may be kept of an answer, and in which form; and what may be shown of a group.

`fields` classifies every field of every dataset, `minimise` applies that, `pseudonym` makes the keys, `places` turns an
address into a place, `vault` holds the exact bytes encrypted for a short time, `disclosure` hides small groups.
Nothing here talks to a service, to Dagster or to the warehouse.
"""
