"""Budget years: calendar, units, ceilings, the bureau's own tables."""
