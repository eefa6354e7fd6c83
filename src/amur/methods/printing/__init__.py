"""Results on paper and on the screen: maps and charts as SVG, reports as PDF; in Chinese and English.

- ``reports``: the reports themselves: of a survey of coverage, of plans for sites, of what is explained of a village.
- ``blocks``: what a report is put together from: paragraphs, tables, figures, notes.
- ``maps``, ``charts``: drawings that can be read without colour, with where they come from and what is simulated.
- ``words``: what they say in both languages.
"""
