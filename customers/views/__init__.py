"""The pages of customer development, one module per family."""
