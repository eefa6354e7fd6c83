"""A case on which several bodies work: parts that members give, and the hand-over of the whole with a receipt."""
