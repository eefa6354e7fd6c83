"""The portal: services, forms, following a case, public registers. For people and enterprises."""
