"""What the assistant does: choose the answer, ask the questions of an intake, assemble the case."""
