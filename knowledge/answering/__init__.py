"""Words answers, dialogues and pictures from typed facts."""
