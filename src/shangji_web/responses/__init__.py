"""Units' answers and appeals, and what the bureau says to them."""
