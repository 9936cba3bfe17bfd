"""Meetings: decided amounts, batch cuts, frozen versions, 一下 and 二下."""
