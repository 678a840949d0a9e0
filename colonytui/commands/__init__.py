"""The headless commands; nothing here imports Textual, and nothing heavy before a command runs."""
