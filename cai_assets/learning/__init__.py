"""What is learned from a team's own configuration: the dataset, five models, their evaluation.

`dataset` turns routines into rows that models and people can trust. `models` holds a module per
model; `model` says what a model is, `training` trains and measures one, `scores` gives figures
their intervals, `registry` keeps what was trained on disk, `evaluation` decides which model is the
champion, `cleanup` removes the rest. Heavy libraries are imported inside the functions that use
them, so that the command line starts fast.
"""
