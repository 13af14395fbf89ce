"""Ranks intents for a short text, by words and by meaning; knows no domain."""
