"""Judging the method of understanding on sets it was not made with."""
