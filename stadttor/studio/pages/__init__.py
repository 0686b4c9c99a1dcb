"""The studio in the browser. Everything works without its script, which only saves by itself."""
