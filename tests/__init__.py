"""Tests stand in a checkout: what they read of it beside their own room lies below this folder."""

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
