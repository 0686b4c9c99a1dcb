"""The citizen's pages, a file per stage of the way."""
