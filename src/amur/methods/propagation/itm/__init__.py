"""The Irregular Terrain Model of Longley and Rice, 20 MHz to 20 GHz, over batches of paths.

``losses`` works on profiles of terrain (point to point), ``area`` on how rough an area is. Both give what the reference
software ITM 1.4 of the NTIA gives. Sources, as the formulas name them:

- Algorithm: Hufford, The ITS Irregular Terrain Model, version 1.2.2: The Algorithm (1995, notes of 2002)
- listing: Hufford, The Irregular Terrain Model, the program that goes with it (2002), by its numbered sections
- TN-101: Rice, Longley, Norton and Barsis, Transmission loss predictions for tropospheric communication circuits,
  NBS Technical Note 101 (1967)
- ERL 79-ITS 67: Longley and Rice, Prediction of tropospheric radio transmission loss over irregular terrain (1968)
- NTIA 82-100: Hufford, Longley and Kissick, A guide to the use of the ITS Irregular Terrain Model in the area
  prediction mode (1982)
- Vogler 1964: Calculation of groundwave attenuation in the far diffraction region, Radio Science 68D
"""

from __future__ import annotations

from amur.methods.propagation.itm.inputs import (
    Climate,
    ConfidenceReliability,
    Inputs,
    Polarisation,
    Siting,
    TimeLocationSituation,
    Variability,
)
from amur.methods.propagation.itm.predicting import area, losses
from amur.methods.propagation.itm.results import Caution, Details, Losses, Way
from amur.methods.propagation.itm.spacing import resampled

__all__ = [
    "Caution",
    "Climate",
    "ConfidenceReliability",
    "Details",
    "Inputs",
    "Losses",
    "Polarisation",
    "Siting",
    "TimeLocationSituation",
    "Variability",
    "Way",
    "area",
    "losses",
    "resampled",
]
