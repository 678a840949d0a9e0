"""Backups: everything in a database in one portable file."""
