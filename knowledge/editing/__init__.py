"""What staff do with the content: read files in, check, compare, publish, take back."""
