"""Why a process is where it is; plain Python."""
