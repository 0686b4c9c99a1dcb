"""The comments of applicants at the organiser's desk: sorted, struck out, answered."""
