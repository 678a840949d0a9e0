"""Programs that start processes without sense, but few enough to leave a machine that does not stop them alive."""

CHILDREN = "for i in $(seq 4000); do sleep 60 & done; wait"
"""One process with far too many children."""

DESCENDANTS = "f() { test $1 = 0 && exec sleep 5; f $(($1 - 1)) & f $(($1 - 1)) & wait; }; f 11"
"""Twice as many in each generation."""
