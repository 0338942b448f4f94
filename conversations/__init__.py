"""The system of record: transcript, inbox, outbox, lease, holder and events (promise 1).

`domain` holds the rules, `models` the tables, `repository` all SQL, `service` the verbs.
"""
