"""The tests; dialogues run the real bot against the sandbox over HTTP."""
