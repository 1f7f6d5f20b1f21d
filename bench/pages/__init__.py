"""How long the pages take to render and until they can be used in Chromium, how large they are, how they look."""
