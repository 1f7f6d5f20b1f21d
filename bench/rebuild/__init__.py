"""All models and publishing, at full size."""
