"""Box: enterprise events and managed users, fetched with the Box SDK as raw bytes."""
