"""Runs the bot: command line, composition, intake, web, sandbox and console."""
