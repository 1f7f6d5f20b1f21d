"""Plain tools that every room uses."""
