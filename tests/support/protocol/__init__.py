"""The protocol as data: every message with who may send it, a colony to send it to, and well-formed requests."""
