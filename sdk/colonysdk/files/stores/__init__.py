"""Where the bytes of files lie: one protocol, an S3 bucket or a directory behind it."""
