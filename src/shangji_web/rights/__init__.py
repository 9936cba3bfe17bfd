"""Who may do what: roles and pages are data, what they do not name is denied."""
