"""What curators do: like questions in groups, one decision each, and what comes of it."""
