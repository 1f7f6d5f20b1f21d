"""Proof of the statistics behind the words: false alarms, finds, coverage and bounds on the simulated ward."""
