"""What a survey takes is looked at before anything is computed."""

from __future__ import annotations

import pickle

import pytest

from amur.base.faults import AmurError
from amur.methods.surveys.asked import HeightFile, Parameters, band_of
from amur.methods.terrain import Tiles


@pytest.mark.parametrize("said", ["", "0", "900-700", "much", "700-", "-5", "1-inf"])
def test_what_is_no_band_is_refused(said):
    if said == "700-":
        assert band_of(said) == (700, 700)
        return
    with pytest.raises(AmurError, match="found the band"):
        band_of(said)


def test_a_band_has_its_number_with_or_without_a_letter():
    assert band_of("n78") == band_of("78") == (3300, 3800)


@pytest.mark.parametrize(
    ("name", "value"),
    [("clutter_db", -1), ("edge_probability", 1), ("location_deviation_db", float("nan")), ("cell_resolution", 16)],
)
def test_a_parameter_out_of_its_range_is_named(name, value):
    with pytest.raises(AmurError, match=f"{name} is .*, not "):
        Parameters(**{name: value})


def test_a_band_from_more_to_less_is_refused():
    with pytest.raises(AmurError, match="800 to 700 MHz"):
        Parameters(bands_mhz=((800, 700),))


def test_a_folder_of_tiles_needs_to_say_what_they_are(tmp_path):
    with pytest.raises(AmurError, match="say what its tiles are"):
        HeightFile(tmp_path, "tiles").sheets()


def test_files_of_heights_go_to_other_processes(tmp_path):
    one = HeightFile(tmp_path, "tiles", "a survey", Tiles(6, red=1, green=256, blue=0))
    assert pickle.loads(pickle.dumps(one)) == one
