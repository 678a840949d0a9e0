"""What `colony-server` does besides serving: each command as a function that returns or prints text."""
