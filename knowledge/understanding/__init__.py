"""From the words of a message to a verdict: names, topics, context, judgement. Pure."""
