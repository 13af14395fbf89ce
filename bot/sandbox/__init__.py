"""A local stand-in for Telegram: Bot API over HTTP and a chat page. Imports nothing of ours."""
