"""The customer's side of a case: card, status, buttons, rating."""
