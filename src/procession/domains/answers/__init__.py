"""Answers to the fields of a form: of a process's kick-off form, or of a task's (contract 31).

They are stored with what they belong to: one JSON object by field, in the process's or the task's
own row.
"""
