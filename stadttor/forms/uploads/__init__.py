"""Files from strangers: what they really are, whether they are sound, how they are named. Parsed in a bounded child only."""
