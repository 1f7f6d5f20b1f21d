"""Files someone downloaded by hand (Graph or admin centre reports, Box event pages), turned into the same answers."""
