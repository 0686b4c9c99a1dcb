"""The organiser's pages of the stock of processes."""
