"""Logs as the interface holds, searches and draws them; plain Python."""
