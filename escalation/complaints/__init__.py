"""Complaints: registered, decided point by point, with a letter the customer gets."""
