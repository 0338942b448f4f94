"""Clocks: policies, calendars, the deadlines they give, and what happens when one nears or is missed."""
