"""One screen or view per module."""
