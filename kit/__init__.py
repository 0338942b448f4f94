"""What both sides share: names, shapes, errors, time and masking. Standard library only."""
