"""The guided set-up of a new authority, `/desk/setup`: its organiser is led from the places it serves to the first open service.

Main parts: `steps` (which steps there are, and how far each is), a page for each step that has none elsewhere.
Invariant: how far a step is, is read off what is there; only that the set-up was put aside is kept (`Profile.setup_aside`).
"""
