"""People: who logs in, which posts they hold, from what they have recused themselves."""
