"""What a description says: the product's own, a town's, and how files say it."""
