"""Figures of the desk: how much came, how quickly it was dealt with, what the bot did, how complaints ended."""
