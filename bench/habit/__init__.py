"""Habits and tiers of everybody in every week, beside Microsoft's own package on the same weeks."""
