"""What bench and safety share: raw lines, and the circumstances a report names."""
