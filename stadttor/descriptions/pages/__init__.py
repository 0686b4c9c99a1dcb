"""The desk of an organiser for the descriptions of her town."""
