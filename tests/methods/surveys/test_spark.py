"""A survey on a cluster of Spark writes the files that this machine writes, to the byte."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest

from amur.compute import local, spark
from amur.config import environment
from amur.config.cover_verb import ONE_BY_ONE
from amur.methods.surveys.files import Filing, filed
from amur.methods.surveys.surveying import Survey
from tests.methods.surveys.making import asked

pytestmark = pytest.mark.deep
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_a_cluster_and_this_machine_write_the_same_files(tmp_path):
    environment.ensure(("core", "methods", "test", "spark"))
    said = asked(tmp_path)
    filed(Survey(said, side=16), local_run, Filing(tmp_path / "local", NOON))
    with spark.cluster("local-cluster[2,1,1024]", **ONE_BY_ONE) as session:
        filed(Survey(said, side=16), partial(spark.run, session), Filing(tmp_path / "spark", NOON))
    names = sorted(one.name for one in (tmp_path / "local").iterdir())
    assert names == sorted(one.name for one in (tmp_path / "spark").iterdir())
    for name in names:
        assert (tmp_path / "local" / name).read_bytes() == (tmp_path / "spark" / name).read_bytes(), name


def local_run(work, source):
    return local.run(work, source, workers=2)
