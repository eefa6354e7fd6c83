"""Open311 GeoReport v2 over HTTP: plain views, XML or JSON by the end of the address, errors as it has them."""
