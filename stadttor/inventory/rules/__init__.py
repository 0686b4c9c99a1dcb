"""Pure rules of the stock of processes."""
