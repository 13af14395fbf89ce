"""Speaks: turns Telegram updates into calls on the guide, and verdicts into replies."""
