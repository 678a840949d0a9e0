"""Executors: take processes of a colony and run them, as containers or as plain processes."""
