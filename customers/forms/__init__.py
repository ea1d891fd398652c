"""The forms of customer development, one module per page family."""
