"""Pictures of models, trainings and results.

Diagrams (`network`, and `keras.utils.plot_model`) are `Drawing`s: SVG by themselves, shown by notebooks, saved in any
form. Charts are drawn by matplotlib, the extra `plot`, which is imported when the first one is drawn.
"""
