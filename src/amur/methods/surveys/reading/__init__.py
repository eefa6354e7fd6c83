"""What a survey takes, read from files and from packages of data that are installed.

- ``references``: where data lie, whose they are and on which terms.
- ``said``: declarations as plain values, read field by field.
- ``definitions``: what counts as covered, and what does if nobody says it.
- ``villages``: villages, their committees, schools, clinics and settlements.
- ``ground``: counties, census, settlements.
- ``results``: the settlements of a survey that was made before.
- ``heights``: files of heights, and level ground for whoever asks for it.
"""
