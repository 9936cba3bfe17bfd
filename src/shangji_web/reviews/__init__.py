"""The bureau's review: runs, findings, rulings, amounts, the desk."""
