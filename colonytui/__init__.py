"""The terminal interface and its headless commands."""
