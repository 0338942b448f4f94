"""A reply goes to the channel last used: who wrote where last, and what is handed on to there.

A case has one conversation, and what agents say about it is an event there. A verified customer may meanwhile write in
another of their conversations, on the website or in a linked chat: then replies, and news of the case's status, are
handed on to that one as well, and what the customer answers there by chat goes into the case. Histories stay apart:
nothing else crosses over. Reasons: docs/adr/0013.
"""
