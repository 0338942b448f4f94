"""Counting turns that did not help, and when to offer a person unasked.

An *episode* runs from the first miss to the next answer, case or handoff. Two misses in a row offer a person, once in
an episode: repeating the offer at every turn would be noise.
"""

from __future__ import annotations

from actions.replies import Reply

#: As many misses in a row offer a person.
OFFER_AFTER = 2


def miss(reply: Reply, *, weight: int = 1) -> None:
    """Count a miss; at the second in a row, offer a person unless this episode did already."""
    misses = int(reply.turn.slots.get("misses") or 0) + weight
    reply.set("misses", misses)
    if misses >= OFFER_AFTER and not reply.turn.slots.get("person_offered"):
        reply.set("person_offered", True)
        reply.offer("person")
        reply.say("clarify", "offer_person", reply.person())


def helped(reply: Reply) -> None:
    """End the episode."""
    reply.set("misses", None)
    reply.set("person_offered", None)
