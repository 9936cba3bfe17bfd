"""Libraries to read: policies, standards, indicators, rules."""
