"""Knows: content, understanding, decisions and everything kept. Imports no front end."""
