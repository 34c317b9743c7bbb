"""清单: what kinds there are, how a row is read and shown, how a list is drafted, compared and executed."""
