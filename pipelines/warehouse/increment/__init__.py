"""What changed from which day on, so that a morning costs what the new day costs and not what history costs.

Used by loading, models and publishing alike; none of their tables is named here.
"""
