"""The story of a real town hall: journeys of clerks, citizens, a post room, a warden and an operator, played in a real browser.

Run by `python -m tests.town_hall` (`make story-town-hall`). What is judged is what people read: letters, pages,
files at their targets.
"""
