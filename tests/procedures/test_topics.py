"""Topics: services by what happened in somebody's life; each name must lead somewhere."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from amur.procedures.topics.declarations import Topic, TopicsDeclaration

TITLE = {"zh": "搬家", "en": "Moving"}


def test_a_topic_leads_somewhere():
    with pytest.raises(ValidationError, match="leads to nothing"):
        Topic.model_validate({"id": "move", "title": TITLE})


def test_a_topic_names_each_thing_once():
    with pytest.raises(ValidationError, match="found 'a' twice in topic 'move'"):
        Topic.model_validate({"id": "move", "title": TITLE, "services": ["a", "a"]})


def test_each_topic_has_an_id_of_its_own():
    topic = {"id": "move", "title": TITLE, "services": ["a"]}
    with pytest.raises(ValidationError, match="give each topic its own id"):
        TopicsDeclaration.model_validate({"topics": [topic, topic]})
