"""Makes ``python -m bot`` the same as ``guide``."""

from bot.cli import main

main()
