"""Programs that measure speed and memory; each prints its table."""
