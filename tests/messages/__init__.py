"""Messages, sent to real servers on this machine."""
