"""The database: tables, engines, the batching writer and one query module per family."""
