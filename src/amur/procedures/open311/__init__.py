"""Open311 GeoReport v2: reports of the public that come from programs of others and become ordinary cases."""
