"""Files that customers send: checked by content, cleaned, kept outside the web root, shown to people.

`checks` and `cleaning` decide what may be kept and what is left of it, `storage` is the
folder, `models` the table, `repository` all SQL, `service` the verbs, `http` the answers.
"""
