"""Rules of working copies: what is whose, what met what, which text is missing where."""
