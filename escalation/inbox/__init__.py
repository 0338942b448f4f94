"""Lists of tickets: views, search, and changes of many at once."""
