"""The rules a second time, as a slow and obvious program: the specification that the engine is held against.

It was written from the text of the rules alone and shares no line with `checklists`, not even a list of words. It keeps
nothing between two receipts but the alerts themselves: at every receipt it derives everything anew from all entries, by
the shortest way that says what a rule says, however long that takes. What is fast in the engine is absent here, so the
two hardly ever make the same mistake. `model.replay` takes a scenario and says what `manage.py replay --json` must say;
`days` invents days on set, `mischief` makes them go wrong, and tests/replaying compares both programs on them, alert by
alert and answer by answer. Where they differ, one of them is wrong: docs/custody.md and
docs/decisions/0009-readings-of-the-rules.md say which. Never mend a difference by copying from one to the other.
"""
