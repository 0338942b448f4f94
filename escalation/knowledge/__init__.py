"""The help centre at the desk: suggested articles, quoted passages, reports of wrong answers."""
