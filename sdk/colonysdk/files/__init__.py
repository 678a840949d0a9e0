"""Files of a colony: the rules of labels, what a sync would do, stores of bytes, and transfers between all of them."""
