"""Mornings one after another, with what happens to a ward: each is the real command against the simulated services."""
