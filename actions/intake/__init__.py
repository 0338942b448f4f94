"""The intake: from "I was liquidated wrongly" to a confirmed case, one short question at a time."""
