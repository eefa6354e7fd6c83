"""What keeps a survey of coverage from a result, in the words of the page: what a planner brought and can mend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

Words: TypeAlias = tuple[Callable[[], str], Callable[[], str]]
"""What was found, and what can be changed."""
WANTED: Mapping[str, Callable[[], str]] = {
    "nothing": lambda: pgettext("in a field", "nothing"),
    "an object with fields": lambda: _("fields with values"),
    "a text": lambda: _("a text"),
    "a number": lambda: _("a number"),
    "a whole number": lambda: _("a whole number"),
    "a whole number, 0 or more": lambda: _("a whole number, 0 or more"),
    "true or false": lambda: _("true or false"),
    "a list": lambda: _("a list"),
    "a list of texts": lambda: _("a list of texts"),
    "texts by names": lambda: _("texts by names"),
    "a text, or texts by language": lambda: _("a text, or texts by language"),
}
"""What a declaration wants in a field, or has there, by how the methods say it in English."""

DECLARED: Mapping[str, Words] = {
    "bad_declaration": (
        lambda: _("The declaration of the survey says %(found)s at %(where)s."),
        lambda: _("Write there: %(wanted)s."),
    ),
    "unreadable_declaration": (
        lambda: _("%(file)s is neither JSON nor YAML: %(error)s"),
        lambda: _("Look at that line of the file."),
    ),
    "huge_declaration": (
        lambda: _("%(file)s has %(bytes)s bytes; a declaration may have %(most)s."),
        lambda: _("Give tables as files of their own."),
    ),
    "unknown_field": (
        lambda: _("There is no field “%(name)s” at %(where)s."),
        lambda: _("Fields are: %(there)s."),
    ),
    "file_in_survey": (
        lambda: _("The declaration of the survey names a file of the machine at %(name)s."),
        lambda: _("Give it as an input of the method, or name a package of data."),
    ),
    "nothing_given": (
        lambda: _("Nothing is given for %(name)s."),
        lambda: _("Give a file, or name a package of data."),
    ),
    "no_package": (
        lambda: _("The package of data %(package)s is not installed (%(name)s)."),
        lambda: _("Whoever runs this installation can install it."),
    ),
    "no_file": (
        lambda: _("The file %(file)s is not there (%(name)s)."),
        lambda: _("Look at its name in the declaration."),
    ),
    "other_content": (
        lambda: _("%(file)s is not the file that was declared (%(name)s): its hash differs."),
        lambda: _("Give the file that is meant, or its hash."),
    ),
    "no_header": (
        lambda: _("%(file)s has no column “%(header)s”, which was named for %(name)s."),
        lambda: _("Look at the first row of the file."),
    ),
    "no_datum": (
        lambda: _("“%(found)s” is no datum that is known (%(name)s)."),
        lambda: _("Write one of WGS84, CGCS2000, GCJ-02, BD-09."),
    ),
    "no_definition": (
        lambda: _("Nothing says what counts as covered."),
        lambda: _("Give a definition, or leave the field out: then the usual ones hold."),
    ),
    "definition_twice": (lambda: _("Two definitions have the id “%(id)s”."), lambda: _("Rename one of them.")),
    "bad_definition": (
        lambda: _("A definition has the id “%(id)s”, as a column of the result has."),
        lambda: _("Rename it."),
    ),
    "no_source": (
        lambda: _("The definition “%(id)s” lacks its id or its source."),
        lambda: _("Say by whose rule it is."),
    ),
    "no_parts": (
        lambda: _("The definition “%(id)s” has no parts of which one is enough."),
        lambda: _("Give it some, or leave it out."),
    ),
    "bad_distance": (
        lambda: _("A definition has the distance %(found)s km."),
        lambda: _("Write a number of 0 or more."),
    ),
    "bad_threshold": (
        lambda: _("A definition has the threshold %(found)s dBm."),
        lambda: _("Write a number, such as -105."),
    ),
    "bad_probability": (
        lambda: _("A definition has the probability %(found)s."),
        lambda: _("Write a number between 0 and 1, such as 0.9."),
    ),
    "no_kind": (lambda: _("“%(found)s” is no kind of place."), lambda: _("Kinds are: %(there)s.")),
}
"""What a declaration of a survey can say that no survey can be made of."""
ASKED: Mapping[str, Words] = {
    "bad_band": (
        lambda: _("“%(typed)s” is no band."),
        lambda: _("Write the number of a band, a frequency in MHz, or from and to, such as 703-788."),
    ),
    "no_such_band": (
        lambda: _("No antenna sends in a band that is asked for."),
        lambda: _("They send at %(there)s MHz."),
    ),
    "out_of_range": (
        lambda: _("%(name)s is %(found)s."),
        lambda: _("From %(least)s to %(most)s is possible."),
    ),
    "bad_radius": (
        lambda: _("A radius of %(radius)s m with pixels of %(pixel)s m cannot be computed."),
        lambda: _("A radius may have 1 to %(most)s pixels."),
    ),
    "no_resolution": (
        lambda: _("Cells have no resolution %(found)s."),
        lambda: _("Write a number from 0 to %(most)s."),
    ),
    "too_many_cells": (
        lambda: _("At resolution %(resolution)s there are too many cells."),
        lambda: _("Take a smaller number."),
    ),
    "too_many_pixels": (
        lambda: _("%(rows)s × %(columns)s pixels are more than can be computed (%(most)s)."),
        lambda: _("Take larger pixels, or fewer counties at once."),
    ),
    "bad_count": (
        lambda: _("%(count)s cannot be made up at once."),
        lambda: _("Write a number of at most %(most)s."),
    ),
    "bad_share": (
        lambda: _("The share of people in settlements without a number is %(found)s."),
        lambda: _("Write a number from 0 to 1."),
    ),
    "bad_rings": (
        lambda: _("A town is %(found)s rings of cells wide."),
        lambda: _("Write a whole number of 0 or more."),
    ),
    "no_sample": (
        lambda: _("The error is to be measured on no way at all."),
        lambda: _("Write how many ways the sample has."),
    ),
    "no_error": (
        lambda: _("The error could be measured nowhere, and is to be counted in."),
        lambda: _("Do not count it in, or take more sites."),
    ),
}
"""What a parameter can say."""
BROUGHT: Mapping[str, Words] = {
    "site_in_hole": (
        lambda: _("No height of the ground is known where the site %(site)s stands."),
        lambda: _("Add a file of heights there, or leave the site out."),
    ),
    "no_terrain": (
        lambda: _("No file of heights is given."),
        lambda: _("Give one; for level ground write flat in the declaration."),
    ),
    "no_heights": (
        lambda: _("%(file)s is no file of heights."),
        lambda: _("Give a GeoTIFF of numbers (.tif), HGT (.hgt) or a folder of tiles."),
    ),
    "no_overlap": (
        lambda: _("The heights do not reach where the counties lie (%(asked)s); there are: %(there)s."),
        lambda: _("Give heights of that part of the Earth."),
    ),
    "no_hgt_name": (
        lambda: _("The name %(file)s does not say which part of the Earth it is."),
        lambda: _("Name it as its place, such as N45E126.hgt."),
    ),
    "bad_hgt_size": (
        lambda: _("%(file)s has not the size that a file of heights of its kind has."),
        lambda: _("Fetch it again, and unpack it if it is packed."),
    ),
    "no_projection": (
        lambda: _("%(file)s does not say in which projection it is."),
        lambda: _("Write the projection into the file, as its source says."),
    ),
    "unknown_projection": (
        lambda: _("The projection %(projection)s is not known."),
        lambda: _("Write its EPSG code into the file."),
    ),
    "no_metres": (lambda: _("Heights or pixels are in %(units)s."), lambda: _("Turn them into metres.")),
    "turned": (
        lambda: _("In %(file)s rows do not go south, or columns not east."),
        lambda: _("Write the file anew with north above."),
    ),
    "huge_block": (
        lambda: _("%(file)s is written in blocks that are too large to be read."),
        lambda: _("Write it in tiles."),
    ),
    "unreadable_terrain": (lambda: _("%(file)s cannot be read as heights."), lambda: _("Fetch it again.")),
    "no_tiles": (lambda: _("%(file)s holds no tiles of that name."), lambda: _("Say how its tiles are named.")),
    "no_such_tile": (lambda: _("%(file)s is no tile of that zoom."), lambda: _("Say which zoom its tiles have.")),
    "bad_tile": (lambda: _("%(file)s is no tile of heights of that size."), lambda: _("Fetch it again.")),
    "absurd_height": (
        lambda: _("%(where)s holds a height of %(found)s m."),
        lambda: _("Heights go from %(least)s to %(most)s m; where nothing is known, the file has to say so (nodata)."),
    ),
    "outside_projection": (
        lambda: _("The places lie too far apart for one projection."),
        lambda: _("Take fewer counties at once, and look at their coordinates."),
    ),
    "no_geojson": (
        lambda: _("The map of counties is no GeoJSON with a list of features."),
        lambda: _("Write it anew as GeoJSON."),
    ),
    "no_surface": (
        lambda: _("On the map of counties the feature %(row)s is no surface."),
        lambda: _("Draw it as a Polygon or MultiPolygon."),
    ),
    "bad_surface": (
        lambda: _("On the map of counties the feature %(row)s is no valid surface: %(told)s."),
        lambda: _("Mend its shape."),
    ),
    "wrong_projection": (
        lambda: _("The map of counties is not in degrees: %(found)s."),
        lambda: _("Write it in degrees of WGS 84 or CGCS 2000, east before north."),
    ),
    "no_county": (lambda: _("There is no county with such a code on the map."), lambda: _("Look at their codes.")),
    "no_code": (
        lambda: _("A county has no code that can be used (%(where)s)."),
        lambda: _("Look at the field with the codes."),
    ),
    "county_twice": (
        lambda: _("The county %(county)s stands twice in what is given."),
        lambda: _("Leave one of them out."),
    ),
    "not_counted": (
        lambda: _("Counties on the map are not in the census: %(counties)s."),
        lambda: _("Count them, or leave them out of the map."),
    ),
    "bad_join": (
        lambda: _("The county %(county)s cannot be joined to %(into)s."),
        lambda: _("Both have to be in the census once, and a reason has to be given."),
    ),
    "half_a_split": (
        lambda: _("Of the columns of town and country one is named."),
        lambda: _("Name both, or neither."),
    ),
    "outside": (
        lambda: _("A place lies in no county: %(north)s N, %(east)s E."),
        lambda: _("Look at its coordinates and their datum, or leave it out."),
    ),
    "bad_number": (
        lambda: _("The number %(found)s cannot be right (%(where)s)."),
        lambda: _("Write a number that is not negative, and no part larger than its whole."),
    ),
    "village_twice": (lambda: _("The id “%(village)s” is that of two villages."), lambda: _("Rename one of them.")),
    "no_village": (
        lambda: _("A place is of the village “%(village)s”, which there is not."),
        lambda: _("Write the id of a village, and a kind of place that there is."),
    ),
    "has_and_has_none": (
        lambda: _("The village %(village)s has a place of the kind %(kind)s, and is said to have none."),
        lambda: _("Take one of the two away."),
    ),
    "two_committees": (
        lambda: _("The village %(village)s has more than one committee."),
        lambda: _("Leave one of them."),
    ),
    "nobody": (
        lambda: _("Nobody lives where people are looked for."),
        lambda: _("Look at the census, at settlements and at the codes of counties."),
    ),
    "lost_tiles": (lambda: _("A part of the computation did not come back."), lambda: _("Run it again.")),
    "no_room": (
        lambda: _("For some places that are made up there is no room inside counties."),
        lambda: _("Look at the shapes of the counties."),
    ),
}
"""What files can hold."""
SURVEYS: Mapping[str, Words] = {**DECLARED, **ASKED, **BROUGHT}


def worded(details: Mapping[str, str | int]) -> Mapping[str, str | int]:
    """Return what fills a sentence, with what a declaration wants and that it says nothing in the words of the page.

    >>> from django.utils import translation
    >>> with translation.override("zh-hans"):
    ...     worded({"found": "nothing", "wanted": "a number", "where": "radio.pixel_m"})
    {'found': '空白', 'wanted': '一个数', 'where': 'radio.pixel_m'}
    """
    words = {name: WANTED.get(str(details.get(name))) for name in ("found", "wanted")}
    return {**details, **{name: one() for name, one in words.items() if one}}
