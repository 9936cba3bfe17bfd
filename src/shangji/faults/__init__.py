"""Made counties: fictitious filings, faults planted in them, and how many a review finds."""
