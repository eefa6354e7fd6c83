"""Stored runs of published methods: what went in, with which parameters, by which model, and what came out.

Here: what a pack says about a method, the catalogue of models, studies with their proof, their results as files. Not
here: how a model computes (``methods``), and how a result is drawn (``web``).
"""
