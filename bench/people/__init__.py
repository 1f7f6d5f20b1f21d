"""The rebuild of the people models, beside the same join in pandas."""
