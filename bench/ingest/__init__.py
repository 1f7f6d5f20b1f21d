"""What it costs to bring Box events and Teams reports into the warehouse, beside DuckDB alone, dlt and pandas."""
