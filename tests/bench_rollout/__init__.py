"""The roll-out under measurement: a service for every competent authority of the official list, by the operator's commands."""
