"""Files someone downloaded by hand (Graph or admin centre reports, Box event pages), turned into the same answers."""

from pipelines.sources.dropin.recognise import DropIn, Recognised, Refusal, WholeDays, parser_of, recognise

__all__ = ["DropIn", "Recognised", "Refusal", "WholeDays", "parser_of", "recognise"]
