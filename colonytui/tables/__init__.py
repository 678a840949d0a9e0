"""Tables without their drawing: columns, rows, order, filters, files; plain Python."""
