"""Pure rules: which bodies watch in which Land, what may be entered about an authority."""
